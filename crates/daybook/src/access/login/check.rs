//! Comparing a password: the same answer, in the same time, whether the name or the password is wrong.

use std::net::IpAddr;

use crate::access::attempts::Attempt;
use crate::access::log::{Actor, Outcome, append};
use crate::access::password::{self, PasswordHash};
use crate::access::users;
use crate::http::{HttpState, Problem, RequestId};
use crate::secret::Secret;

/// A user whose password was right.
pub struct Verified {
    /// Number of the user.
    pub id: i64,
    /// The hash that the password was compared with.
    pub hash: PasswordHash,
}

/// Why a password was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denial {
    /// Name or password is wrong, or the user is disabled.
    Wrong,
    /// After too many wrong ones, none is looked at for so many seconds.
    Later(u64),
    /// Too many are being looked at.
    Busy,
}

/// Compares a login with the user's password, and counts it when it is wrong.
pub async fn verify(
    state: &HttpState,
    name: &str,
    password: &Secret,
    address: IpAddr,
    request: &RequestId,
) -> Result<Result<Verified, Denial>, Problem> {
    // What cannot be a name is nobody's. It is not asked for: PostgreSQL refuses some texts that a form may hold.
    let name = users::user_name(name.trim()).unwrap_or_default();
    let attempt = Attempt::new(&name, address);
    // The turn comes first and is kept until the outcome is counted: at most as many guesses as there are turns are under
    // way before the delay that they cause begins.
    let Some(turn) = password::turn().await else {
        return Ok(Err(Denial::Busy));
    };
    let client = state.client().await?;
    if let Some(seconds) = attempt.delay(&**client, state.app.clock.now()).await? {
        return Ok(Err(Denial::Later(seconds)));
    }
    let account = users::account(&**client, &name).await?;
    // Others need the connection while this one computes.
    drop(client);
    let hash = account.as_ref().map(|account| account.hash.clone());
    let (is_right, _turn) = turn.verify(password.clone(), hash).await;

    let client = state.client().await?;
    match account {
        Some(account) if is_right => {
            attempt.succeeded(&**client).await?;
            Ok(Ok(Verified {
                id: account.id,
                hash: account.hash,
            }))
        }
        account => {
            attempt.failed(&**client, state.app.clock.now()).await?;
            // A name that nobody has is not kept: it may be a password in the wrong field.
            let target = account.map(|_| name.as_str());
            let actor = Actor::nobody(address, request);
            append(&**client, &actor, "login", target, Outcome::Refused).await?;
            Ok(Err(Denial::Wrong))
        }
    }
}

/// The same for somebody who is logged in and confirms it with the password.
pub async fn confirm(
    state: &HttpState,
    name: &str,
    password: &Secret,
    address: IpAddr,
    request: &RequestId,
) -> Result<Verified, Problem> {
    match verify(state, name, password, address, request).await? {
        Ok(verified) => Ok(verified),
        Err(Denial::Wrong) => Err(Problem::parameter(
            "current_password",
            "is not your password",
        )),
        Err(Denial::Later(seconds)) => Err(Problem::new(
            axum::http::StatusCode::TOO_MANY_REQUESTS,
            "too-many-attempts",
            "Too many wrong passwords",
            format!("After too many wrong passwords none is looked at for {seconds} seconds."),
        )
        .retry_after(seconds)),
        Err(Denial::Busy) => Err(crate::access::error::busy()),
    }
}
