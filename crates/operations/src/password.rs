//! Passwords of people: hashed by argon2id, which is slow and takes memory on purpose, so only a few at once and not on the threads
//! that answer.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use chancery_domain::Password;
use tokio::sync::Semaphore;

use crate::Error;

/// How many are hashed at once: each takes 19 MiB, and some tens of milliseconds of a core.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// What nobody's password hashes to: compared where there is no hash, so that it takes as long (API-2).
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Hashes a password for keeps, as a PHC string.
///
/// # Errors
/// `Internal` if the library fails.
pub(crate) async fn hash(password: &Password, salt: [u8; 16]) -> Result<String, Error> {
    let password = password.clone();
    aside(move || {
        let hash = Argon2::default().hash_password_with_salt(password.expose().as_bytes(), &salt);
        hash.map(|hash| hash.to_string()).map_err(Error::internal)
    })
    .await?
}

/// Which of these hashes are the password's. At least one is compared, and at most [`MOST`].
///
/// # Errors
/// `Internal` if the library fails.
pub(crate) async fn matching(password: &str, hashes: Vec<Option<String>>) -> Result<Vec<bool>, Error> {
    // No longer one can have been set.
    let password: String = password.chars().take(Password::LONGEST + 1).collect();
    aside(move || {
        let is = |hash: &str| Argon2::default().verify_password(password.as_bytes(), hash).is_ok();
        if hashes.is_empty() {
            is(NOBODY);
        }
        hashes.iter().take(MOST).map(|hash| is(hash.as_deref().unwrap_or(NOBODY)) && hash.is_some()).collect()
    })
    .await
}

/// The most hashes that are compared: of how many customers of a vendor one address can sign in.
pub(crate) const MOST: usize = 4;

/// Does something slow on a thread that answers nobody. The work ends its turn itself: whoever hangs up meanwhile does not stop it,
/// and so makes no room for more at once.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    let turn = AT_ONCE.acquire().await.map_err(Error::internal)?;
    let worked = tokio::task::spawn_blocking(move || {
        let done = work();
        drop(turn);
        done
    });
    worked.await.map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn api_8_who_hangs_up_makes_no_room_for_more_at_once() {
        static RUNNING: AtomicUsize = AtomicUsize::new(0);
        static MOST_RUNNING: AtomicUsize = AtomicUsize::new(0);
        let (open, door) = std::sync::mpsc::channel::<()>();
        let door = std::sync::Arc::new(std::sync::Mutex::new(door));
        let ask = || {
            let door = std::sync::Arc::clone(&door);
            tokio::spawn(aside(move || {
                let running = RUNNING.fetch_add(1, Ordering::SeqCst) + 1;
                MOST_RUNNING.fetch_max(running, Ordering::SeqCst);
                door.lock().unwrap().recv().unwrap();
                RUNNING.fetch_sub(1, Ordering::SeqCst);
            }))
        };
        let gone = [ask(), ask()];
        while RUNNING.load(Ordering::SeqCst) < 2 {
            tokio::task::yield_now().await;
        }
        for caller in gone {
            caller.abort();
            assert!(caller.await.unwrap_err().is_cancelled());
        }
        // Both go on, so nobody else's turn begins.
        assert_eq!(AT_ONCE.available_permits(), 0);
        let next = ask();
        (0..3).for_each(|_| open.send(()).unwrap());
        next.await.unwrap().unwrap();
        assert!(MOST_RUNNING.load(Ordering::SeqCst) <= 2);
    }
}
