//! `/users`: for admins.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Role, change};
use crate::access::{Admin, users};
use crate::http::{HttpState, JsonBody, Problem, ProblemBody, RequestId};
use crate::secret::Secret;

/// All users.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserList {
    data: Vec<users::User>,
}

/// All users, by name
#[utoipa::path(
    get, path = "/api/v1/users", tag = "access",
    responses((status = 200, body = UserList), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody))
)]
pub async fn list(
    State(state): State<HttpState>,
    _admin: Admin,
) -> Result<Json<UserList>, Problem> {
    let client = state.client().await?;
    let data = users::list(&**client).await?;
    Ok(Json(UserList { data }))
}

/// A user to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// Name to log in with.
    name: String,
    /// What the user may do.
    role: Role,
    /// The first password: at least 12 characters. The user should change it.
    password: Secret,
}

/// Add a user
#[utoipa::path(
    post, path = "/api/v1/users", tag = "access", request_body = NewUser,
    responses(
        (status = 201, description = "The user may log in"), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody),
    )
)]
pub async fn add(
    State(state): State<HttpState>,
    Admin(who): Admin,
    Extension(request): Extension<RequestId>,
    JsonBody(new): JsonBody<NewUser>,
) -> Result<StatusCode, Problem> {
    let mut client = state.client().await?;
    let change = change(&state, &who, &request);
    users::add(&mut client, &change, &new.name, new.role, &new.password).await?;
    Ok(StatusCode::CREATED)
}

/// A role to give.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRole {
    /// What the user may do from now on.
    role: Role,
}

/// Give a user another role; the user's logins end
#[utoipa::path(
    post, path = "/api/v1/users/{name}/role", tag = "access", params(("name" = String, Path)), request_body = NewRole,
    responses(
        (status = 204, description = "The user has the role"), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 409, description = "It is the last admin", body = ProblemBody),
    )
)]
pub async fn set_role(
    State(state): State<HttpState>,
    Admin(who): Admin,
    Extension(request): Extension<RequestId>,
    Path(name): Path<String>,
    JsonBody(new): JsonBody<NewRole>,
) -> Result<StatusCode, Problem> {
    let mut client = state.client().await?;
    users::set_role(
        &mut client,
        &change(&state, &who, &request),
        &name,
        new.role,
    )
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Disable a user; the user's logins end, and the user's tokens are refused
#[utoipa::path(
    post, path = "/api/v1/users/{name}/disable", tag = "access", params(("name" = String, Path)),
    responses(
        (status = 204, description = "The user may not log in"), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 409, description = "It is the last admin", body = ProblemBody),
    )
)]
pub async fn disable(
    state: State<HttpState>,
    admin: Admin,
    request: Extension<RequestId>,
    name: Path<String>,
) -> Result<StatusCode, Problem> {
    set_disabled(state, admin, request, name, true).await
}

/// Enable a user again
#[utoipa::path(
    post, path = "/api/v1/users/{name}/enable", tag = "access", params(("name" = String, Path)),
    responses(
        (status = 204, description = "The user may log in"), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
    )
)]
pub async fn enable(
    state: State<HttpState>,
    admin: Admin,
    request: Extension<RequestId>,
    name: Path<String>,
) -> Result<StatusCode, Problem> {
    set_disabled(state, admin, request, name, false).await
}

async fn set_disabled(
    State(state): State<HttpState>,
    Admin(who): Admin,
    Extension(request): Extension<RequestId>,
    Path(name): Path<String>,
    disabled: bool,
) -> Result<StatusCode, Problem> {
    let mut client = state.client().await?;
    users::set_disabled(
        &mut client,
        &change(&state, &who, &request),
        &name,
        disabled,
    )
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A password to set.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserPassword {
    /// At least 12 characters.
    password: Secret,
}

/// Set a user's password; the user's logins end
#[utoipa::path(
    post, path = "/api/v1/users/{name}/password", tag = "access", params(("name" = String, Path)),
    request_body = UserPassword,
    responses(
        (status = 204, description = "It holds now"), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody),
    )
)]
pub async fn set_password(
    State(state): State<HttpState>,
    Admin(who): Admin,
    Extension(request): Extension<RequestId>,
    Path(name): Path<String>,
    JsonBody(new): JsonBody<UserPassword>,
) -> Result<StatusCode, Problem> {
    let mut client = state.client().await?;
    let change = change(&state, &who, &request);
    users::set_password(&mut client, &change, &name, &new.password).await?;
    Ok(StatusCode::NO_CONTENT)
}
