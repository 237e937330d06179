//! Definitions: what does it mean here, and why does the seller centre differ?

use askama::Template;
use axum::extract::State;

use crate::http::HttpState;
use crate::report::Measure;
use crate::web::asked::Asked;
use crate::web::definitions::{Definition, Gap, definition, gaps};
use crate::web::figure;
use crate::web::frame::{Frame, Place};
use crate::web::page::{Page, page};

#[derive(Template)]
#[template(path = "definitions.html")]
struct Definitions {
    frame: Frame,
    measures: Vec<Defined>,
    gaps: &'static [Gap],
}

struct Defined {
    anchor: &'static str,
    name: &'static str,
    definition: Definition,
}

/// The page. It reads nothing from the database, so it is there when nothing else is.
pub async fn definitions(State(state): State<HttpState>, asked: Asked) -> Page {
    let frame = Frame::bare(&state, &asked, Place::Definitions, asked.words.definitions);
    page(&Definitions {
        frame,
        measures: Measure::ALL
            .iter()
            .map(|measure| Defined {
                anchor: measure.as_str(),
                name: figure::name(asked.words, *measure),
                definition: definition(asked.lang(), *measure),
            })
            .collect(),
        gaps: gaps(asked.lang()),
    })
}
