//! One stream of events.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{OwnedSemaphorePermit, watch};

use super::picture::Picture;
use super::{Hub, Message};
use crate::access::Viewer;
use crate::api::openapi::Failures;
use crate::api::parameters::{Asked, Nothing};
use crate::follow::Stop;
use crate::http::{HttpState, Problem};

/// How often an idle stream says that it is alive.
const HEARTBEAT: Duration = Duration::from_secs(10);

/// What a client heard last.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

struct Listener {
    messages: Receiver<Arc<Message>>,
    picture: watch::Receiver<Option<Arc<Picture>>>,
    stop: Stop,
    /// What the client knows; at first by its own word.
    known: Option<String>,
    greeted: bool,
    _place: OwnedSemaphorePermit,
}

impl Listener {
    /// The next event, or none when the service ends.
    async fn next(&mut self) -> Option<Event> {
        let stop = self.stop.clone();
        stop.or(self.news()).await.flatten()
    }

    async fn news(&mut self) -> Option<Event> {
        if !self.greeted {
            self.greeted = true;
            if let Some(event) = self.whole().await? {
                return Some(event);
            }
        }
        loop {
            match self.messages.recv().await {
                // The greeting told it already.
                Ok(message)
                    if message.event == "figures"
                        && message.id.is_some()
                        && message.id == self.known => {}
                Ok(message) => {
                    if message.id.is_some() {
                        self.known.clone_from(&message.id);
                    }
                    return Some(event(&message));
                }
                Err(RecvError::Lagged(_)) => {
                    if let Some(event) = self.whole().await? {
                        return Some(event);
                    }
                }
                Err(RecvError::Closed) => return None,
            }
        }
    }

    /// The whole picture, unless the client knows it.
    async fn whole(&mut self) -> Option<Option<Event>> {
        let picture = self.picture.wait_for(Option::is_some).await.ok()?.clone()?;
        if self.known.as_ref() == Some(&picture.id) {
            return Some(None);
        }
        self.known = Some(picture.id.clone());
        Some(Some(event(&picture.whole())))
    }
}

fn event(message: &Message) -> Event {
    let event = Event::default().event(message.event).data(&message.data);
    match &message.id {
        Some(id) => event.id(id),
        None => event,
    }
}

/// What happens, while it happens
///
/// Server-sent events. `figures`: today's figures, and which days changed (`changed_days` null: any can have, as at the
/// beginning). `run`: a run that began or ended, as in `/runs/{id}`. `alert`: an alert that fired or was resolved (`event`),
/// as in `/alerts`. `freshness`: through when the figures are complete, every
/// fifteen seconds. A client that comes back sends `Last-Event-ID` and hears nothing that it knows.
#[utoipa::path(get, path = "/api/v1/events", operation_id = "stream_events", tag = "service",
    params(("Last-Event-ID" = Option<String>, Header, description = "The id of the event heard last")),
    responses((status = 200, description = "The events", body = String, content_type = "text/event-stream"), Failures)
)]
pub async fn stream(
    _: Viewer,
    State(state): State<HttpState>,
    Extension(hub): Extension<Arc<Hub>>,
    headers: HeaderMap,
    _: Asked<Nothing>,
) -> Result<Response, Problem> {
    let place = Arc::clone(&hub.places).try_acquire_owned().map_err(|_| {
        Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too-many-streams",
            "Too many streams are open",
            "As many streams of events are open as this service serves at the same time.",
        )
        .with_hint("close pages that nobody looks at")
        .retry_after(10)
    })?;
    let listener = Listener {
        messages: hub.messages.subscribe(),
        picture: hub.picture.clone(),
        stop: state.stop.clone(),
        known: headers
            .get(LAST_EVENT_ID)
            .and_then(|id| id.to_str().ok())
            .map(str::to_owned),
        greeted: false,
        _place: place,
    };
    let events = stream::unfold(listener, |mut listener| async move {
        let event = listener.next().await?;
        Some((Ok::<_, Infallible>(event), listener))
    });
    let mut response = Sse::new(events)
        .keep_alive(KeepAlive::new().interval(HEARTBEAT))
        .into_response();
    let sent = response.headers_mut();
    sent.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // A proxy that collects answers would hold events back.
    sent.insert(
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    );
    Ok(response)
}
