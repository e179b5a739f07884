//! The async driver.

use tokio::runtime::Handle;

use super::http::{self, LONGEST_REPLY, Server};
use crate::core::call::{Call, Outcome, Reply};
use crate::core::machine::{Input, Machine, Next, no_server};
use crate::{Error, Options};

type Http = Server<reqwest::Client>;

pub(crate) async fn drive(options: &Options, server: Option<&Http>, mut machine: Machine) -> Result<Reply, Error> {
    let runtime = Handle::try_current()
        .map_err(|_| Error::Internal("the async client needs a tokio runtime; there is a blocking one".to_owned()))?;
    let mut input = Input::Begin;
    loop {
        // A step writes to the disk, for which no async thread should wait.
        let step = runtime.spawn_blocking(move || {
            let next = machine.step(input);
            (machine, next)
        });
        let next;
        (machine, next) = step.await.map_err(|error| Error::Internal(format!("the call was stopped: {error}")))?;
        input = match next {
            Next::Send(call) => Input::Outcome(send(options, server.ok_or_else(no_server)?, &call).await),
            Next::Wait(time) => {
                options.sleeper.sleep(time).await;
                Input::Waited
            }
            Next::Done(result) => return result,
        };
    }
}

async fn send(options: &Options, server: &Http, call: &Call) -> Outcome {
    let failed = |error| http::failure(&error, options.timeout);
    let mut request = server.client.request(http::method(call), server.url(call)).headers(http::headers(call)?);
    if let Some(body) = &call.body {
        request = request.body(body.clone());
    }
    let mut response = request.send().await.map_err(failed)?;
    http::refused_by_proxy(response.status())?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        body.extend_from_slice(&chunk);
        if body.len() > LONGEST_REPLY {
            return Err(http::too_long());
        }
    }
    Ok(http::reply(response.status(), response.headers(), body))
}
