//! How many calls are answered within how long: what is written as `300/60s`, and by whom it is used up.

use std::str::FromStr;

/// So many calls within so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    calls: u32,
    seconds: u32,
}

/// Why a text does not say which limits there shall be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no rate limit: give `off`, or as in `api-key=3000/60s, failures=off`; known are {known}", known = Kind::NAMES.join(", "))]
pub struct LimitsFault(String);

impl Quota {
    /// So many calls within so many seconds.
    #[must_use]
    pub const fn new(calls: u32, seconds: u32) -> Self {
        Self { calls, seconds }
    }

    /// How many calls.
    #[must_use]
    pub const fn calls(self) -> u32 {
        self.calls
    }

    /// Within how many seconds.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        self.seconds
    }
}

/// What is counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Calls with one API key.
    ApiKey,
    /// Calls of one activation.
    Activation,
    /// Claims with one activation code, or another credential of that sort.
    ActivationCode,
    /// Credentials from one address that were wrong.
    Failures,
    /// Calls from one address that need no credential.
    Public,
}

impl Kind {
    const ALL: [Self; 5] = [Self::ApiKey, Self::Activation, Self::ActivationCode, Self::Failures, Self::Public];
    const NAMES: [&'static str; 5] = ["api-key", "activation", "activation-code", "failures", "public"];

    /// Its name, in settings and in the headers of replies.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::ApiKey => "api-key",
            Self::Activation => "activation",
            Self::ActivationCode => "activation-code",
            Self::Failures => "failures",
            Self::Public => "public",
        }
    }
}

/// How many calls of each kind are answered (API-8). Nothing: as many as come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimits {
    /// With one API key.
    pub api_key: Option<Quota>,
    /// Of one activation, by its access token.
    pub activation: Option<Quota>,
    /// With one activation code: a whole fleet may be installed by it at once.
    pub activation_code: Option<Quota>,
    /// With wrong credentials, from one address.
    pub failures: Option<Quota>,
    /// Without a credential where none is needed, from one address.
    pub public: Option<Quota>,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self {
            api_key: Some(Quota::new(3_000, 60)),
            activation: Some(Quota::new(300, 60)),
            activation_code: Some(Quota::new(12_000, 60)),
            failures: Some(Quota::new(30, 60)),
            public: Some(Quota::new(12_000, 600)),
        }
    }
}

impl RateLimits {
    /// No limits at all.
    pub const OFF: Self = Self { api_key: None, activation: None, activation_code: None, failures: None, public: None };

    pub(crate) const fn of(&self, kind: Kind) -> Option<Quota> {
        match kind {
            Kind::ApiKey => self.api_key,
            Kind::Activation => self.activation,
            Kind::ActivationCode => self.activation_code,
            Kind::Failures => self.failures,
            Kind::Public => self.public,
        }
    }

    fn set(&mut self, kind: Kind, quota: Option<Quota>) {
        *match kind {
            Kind::ApiKey => &mut self.api_key,
            Kind::Activation => &mut self.activation,
            Kind::ActivationCode => &mut self.activation_code,
            Kind::Failures => &mut self.failures,
            Kind::Public => &mut self.public,
        } = quota;
    }
}

impl FromStr for RateLimits {
    type Err = LimitsFault;

    /// `off`, or a list of limits that differ from the usual ones.
    fn from_str(text: &str) -> Result<Self, LimitsFault> {
        if text.trim() == "off" {
            return Ok(Self::OFF);
        }
        let mut limits = Self::default();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let fault = || LimitsFault(part.to_owned());
            let (name, quota) = part.split_once('=').ok_or_else(fault)?;
            let kind = Kind::ALL.into_iter().find(|kind| kind.name() == name.trim()).ok_or_else(fault)?;
            limits.set(kind, read(quota.trim()).ok_or_else(fault)?);
        }
        Ok(limits)
    }
}

/// The longest window: a day.
const LONGEST: u32 = 86_400;

#[allow(clippy::option_option, reason = "what cannot be read, what is off, and a quota")]
fn read(text: &str) -> Option<Option<Quota>> {
    if text == "off" {
        return Some(None);
    }
    let (calls, seconds) = text.split_once('/')?;
    let quota = Quota::new(calls.trim().parse().ok()?, seconds.trim().strip_suffix('s')?.parse().ok()?);
    let sane = (1..=1_000_000).contains(&quota.calls) && (1..=LONGEST).contains(&quota.seconds);
    sane.then_some(Some(quota))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn api_8_limits_are_written_in_one_line() {
        assert_eq!("".parse(), Ok(RateLimits::default()));
        assert_eq!(" off ".parse(), Ok(RateLimits::OFF));
        let usual = RateLimits::default();
        let other = RateLimits { api_key: Some(Quota::new(5, 1)), failures: None, ..usual };
        assert_eq!("api-key=5/1s, failures = off".parse(), Ok(other));
        for wrong in [
            "on",
            "api-key",
            "api-key=5",
            "api-key=5/1",
            "api-key=0/1s",
            "api-key=5/0s",
            "api-keys=5/1s",
            "public=5/86401s",
        ] {
            assert!(wrong.parse::<RateLimits>().unwrap_err().to_string().contains("api-key=3000/60s"), "{wrong}");
        }
    }

    #[test]
    fn every_kind_is_known_by_its_name() {
        assert_eq!(Kind::ALL.map(Kind::name), Kind::NAMES);
    }
}
