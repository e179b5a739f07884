//! Histories of calls and carried tokens, in any order, against what should become of them (OFF-3, OFF-5, OFF-7, OFF-8).
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests that are generic over the face stand outside of #[test]")]

mod common;

use chancery_client::{Error, Mode, Timestamp};
use chancery_token::Entropy;
use common::desk::{Desk, PERIOD};
use common::faces::Face;
use common::vendor::DAY;
use common::{Scene, request};

both_faces!(off_3_off_7_off_8_every_history_of_one_machine);

/// What should be.
#[derive(Default)]
struct Model {
    held: Option<(Mode, Timestamp)>,
    requests: Vec<String>,
    /// The token of the last deactivation.
    shown: Option<String>,
    /// What was applied, or must not be any more.
    old: Vec<String>,
}

struct History<F> {
    scene: Scene,
    client: F,
    desk: Desk,
    model: Model,
    chance: Entropy,
    log: Vec<String>,
}

fn off_3_off_7_off_8_every_history_of_one_machine<F: Face>() {
    for seed in 0..12 {
        let scene = Scene::new();
        let (client, desk, chance) = (scene.client(), Desk::new(), Entropy::new([seed; 32]));
        let mut history: History<F> = History { scene, client, desk, model: Model::default(), chance, log: Vec::new() };
        for _ in 0..60 {
            history.step();
            history.compare();
        }
    }
}

fn code<T>(result: Result<T, Error>) -> String {
    result.map_or_else(|error| error.code().to_owned(), |_| "done".to_owned())
}

impl<F: Face> History<F> {
    fn pick(&mut self, of: usize) -> usize {
        usize::from(u16::from_be_bytes(self.chance.bytes())) % of
    }

    fn mode(&self) -> Option<Mode> {
        self.model.held.map(|(mode, _)| mode)
    }

    fn step(&mut self) {
        let (what, got, expected) = match self.pick(11) {
            0 | 1 => self.ask(),
            2 if !self.model.requests.is_empty() => self.answer(),
            3 if self.desk.device.is_some() => self.renew(),
            4 if !self.model.old.is_empty() => self.replay(),
            5 => self.give_up(),
            6 => self.online(),
            7 => self.offline(),
            8 => self.spend(),
            9 => {
                self.client = self.scene.client();
                return;
            }
            _ => {
                let days = 1 + i64::try_from(self.pick(20)).unwrap();
                self.log.push(format!("{days} days"));
                return self.desk.wait(&self.scene, days * DAY);
            }
        };
        self.log.push(format!("{what}: {got}"));
        assert!(expected.contains(&got.as_str()), "{expected:?} {:#?}", self.log);
    }

    fn ask(&mut self) -> (&'static str, String, Vec<&'static str>) {
        let made = self.client.offline_request(&request());
        self.model.requests.extend(made.as_ref().ok().cloned());
        let runs = self.model.held.is_some_and(|(_, end)| self.desk.now < end);
        ("request", code(made), vec![if runs { "already_activated" } else { "done" }])
    }

    fn answer(&mut self) -> (&'static str, String, Vec<&'static str>) {
        let nth = self.pick(self.model.requests.len());
        let asked = self.model.requests[nth].clone();
        let response = self.desk.respond(&asked);
        // The others are answered too, and too late.
        let others: Vec<String> = self.model.requests.iter().map(|other| self.desk.respond(other)).collect();
        let got = code(self.client.apply_offline(&response));
        self.model.old.push(response);
        self.model.old.extend(others);
        self.model.held = Some((Mode::Offline, self.desk.now.shifted(PERIOD)));
        (self.model.requests, self.model.shown) = (Vec::new(), None);
        ("response", got, vec!["done"])
    }

    fn renew(&mut self) -> (&'static str, String, Vec<&'static str>) {
        let refresh = self.desk.refresh();
        let got = code(self.client.apply_offline_refresh(&refresh));
        self.model.old.push(refresh);
        match self.mode() {
            Some(Mode::Offline) => {
                self.model.held = Some((Mode::Offline, self.desk.now.shifted(PERIOD)));
                ("refresh", got, vec!["done"])
            }
            Some(Mode::Online) => ("refresh", got, vec!["wrong_mode", "token_wrong_recipient"]),
            None => ("refresh", got, vec!["token_wrong_recipient"]),
        }
    }

    fn replay(&mut self) -> (&'static str, String, Vec<&'static str>) {
        let nth = self.pick(self.model.old.len());
        let old = self.model.old[nth].clone();
        let before = self.scene.files();
        let got = code(self.client.apply_offline(&old));
        assert_eq!(self.scene.files(), before, "{:#?}", self.log);
        ("replay", got, vec!["token_superseded", "token_wrong_recipient", "wrong_mode"])
    }

    fn give_up(&mut self) -> (&'static str, String, Vec<&'static str>) {
        let given = self.client.deactivate_offline();
        let expected = match (self.mode(), &self.model.shown) {
            (Some(Mode::Offline), _) => "done",
            (Some(Mode::Online), _) => "wrong_mode",
            (None, Some(shown)) => {
                assert_eq!(given.as_ref().unwrap(), shown);
                "done"
            }
            (None, None) => "not_activated",
        };
        if self.mode() == Some(Mode::Offline) {
            let token = given.as_ref().unwrap().clone();
            assert_eq!(self.desk.open_deactivation(&token).kid(), self.desk.device.as_ref().unwrap().jkt);
            let mut world = self.scene.server.world();
            (world.active, world.device) = (false, None);
            self.model.held = None;
            (self.model.requests, self.model.shown) = (Vec::new(), Some(token));
        }
        ("deactivate offline", code(given), vec![expected])
    }

    fn online(&mut self) -> (&'static str, String, Vec<&'static str>) {
        let got = code(self.client.activate(&request()));
        let late: Vec<String> = self.model.requests.iter().map(|request| self.desk.respond(request)).collect();
        self.model.old.extend(late);
        self.model.held = Some((Mode::Online, self.desk.now.shifted(7 * DAY)));
        (self.model.requests, self.model.shown) = (Vec::new(), None);
        ("activate", got, vec!["done"])
    }

    fn offline(&mut self) -> (&'static str, String, Vec<&'static str>) {
        let got = code(self.client.deactivate());
        let expected = match self.mode() {
            Some(Mode::Online) => "done",
            Some(Mode::Offline) => "wrong_mode",
            None => "not_activated",
        };
        if expected == "done" {
            self.scene.server.world().device = None;
            self.model.held = None;
            self.model.requests.clear();
        }
        ("deactivate", got, vec![expected])
    }

    fn spend(&mut self) -> (&'static str, String, Vec<&'static str>) {
        let got = code(self.client.spend("renders", 1));
        let expected = match self.mode() {
            Some(Mode::Online) => "done",
            Some(Mode::Offline) => "feature_needs_connection",
            None => "not_activated",
        };
        ("use", got, vec![expected])
    }

    fn compare(&self) {
        let status = self.client.status().unwrap();
        let Model { held, requests, shown, .. } = &self.model;
        assert_eq!(status.mode, self.mode(), "{:#?}", self.log);
        assert_eq!(status.requests, requests.len(), "{:#?}", self.log);
        let runs = held.is_some_and(|(_, end)| self.desk.now < end);
        assert_eq!(status.standing.allowed(), runs, "{:#?}", self.log);
        assert_eq!(self.client.offline_deactivation().unwrap().as_ref(), shown.as_ref(), "{:#?}", self.log);
    }
}
