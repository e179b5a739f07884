//! The blocking driver.

use std::io::Read;

use tokio::runtime::Handle;

use super::http::{self, LONGEST_REPLY, Server};
use crate::core::call::{Call, Outcome, Reply};
use crate::core::machine::{Input, Machine, Next, no_server};
use crate::{Error, Options};

type Http = Server<reqwest::blocking::Client>;

/// A thread of an async runtime must not be blocked; whoever does it is told, instead of finding out under load.
pub(crate) fn check_thread() -> Result<(), Error> {
    if Handle::try_current().is_ok() { Err(Error::BlockingInAsync) } else { Ok(()) }
}

pub(crate) fn drive(options: &Options, server: Option<&Http>, mut machine: Machine) -> Result<Reply, Error> {
    check_thread()?;
    let mut input = Input::Begin;
    loop {
        input = match machine.step(input) {
            Next::Send(call) => Input::Outcome(send(options, server.ok_or_else(no_server)?, &call)),
            Next::Wait(time) => {
                options.sleeper.sleep_blocking(time);
                Input::Waited
            }
            Next::Done(result) => return result,
        };
    }
}

fn send(options: &Options, server: &Http, call: &Call) -> Outcome {
    let failed = |error| http::failure(&error, options.timeout);
    let mut request = server.client.request(http::method(call), server.url(call)).headers(http::headers(call)?);
    if let Some(body) = &call.body {
        request = request.body(body.clone());
    }
    let response = request.send().map_err(failed)?;
    http::refused_by_proxy(response.status())?;
    let (status, headers) = (response.status(), response.headers().clone());
    let mut body = Vec::new();
    let most = u64::try_from(LONGEST_REPLY).unwrap_or(u64::MAX).saturating_add(1);
    response.take(most).read_to_end(&mut body).map_err(|error| http::cut_off(&error, options.timeout))?;
    if body.len() > LONGEST_REPLY {
        return Err(http::too_long());
    }
    Ok(http::reply(status, &headers, body))
}
