//! A connection that is kept from one use to the next.

use tokio_postgres::Client;

/// The kept connection; where there is none, or it was cut, a new one.
///
/// # Errors
/// The new one cannot be opened.
pub async fn kept<E>(
    client: &mut Option<Client>,
    open: impl Future<Output = Result<Client, E>>,
) -> Result<&mut Client, E> {
    if client.as_ref().is_none_or(Client::is_closed) {
        *client = Some(open.await?);
    }
    Ok(client.as_mut().expect("there is one by now"))
}
