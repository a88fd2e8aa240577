//! One attempt: send, and read the answer.

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use signbridge_core::{Body, Call, Chunks, Reach, Token};

use super::{
    Client,
    failure::{self, Again, Failure},
    progress::Progress,
    read::{self, Reading},
    retry_after,
};

const USER_AGENT: HeaderValue = HeaderValue::from_static(concat!("signbridge/", env!("CARGO_PKG_VERSION")));

/// What a trace says of an attempt: no query, no header, no content.
struct Trace {
    method: Method,
    path: String,
}

impl Client {
    pub(super) async fn attempt<C: Call>(
        &self,
        call: &C,
        token: Option<&Token>,
        number: u32,
        reading: Reading,
        progress: &Progress,
    ) -> Result<(Response<Bytes>, Chunks), Failure> {
        let mut request = call
            .request()
            .map_err(|error| Failure { error: error.with_reach(progress.reach()), again: Again::Never })?;
        if let Some(token) = token {
            request.headers_mut().insert(header::AUTHORIZATION, token.header().clone());
        }
        request.headers_mut().entry(header::USER_AGENT).or_insert(USER_AGENT);
        let trace = Trace { method: request.method().clone(), path: request.uri().path().to_owned() };
        let began = self.clock.now();
        let result = self.send(call, request, reading, progress).await;
        let milliseconds = (self.clock.now() - began).num_milliseconds();
        let status = match &result {
            Ok((answer, _)) => Some(answer.status().as_u16()),
            Err(failure) => failure.error.status(),
        };
        tracing::debug!(
            provider = self.provider,
            operation = C::NAME,
            method = %trace.method,
            path = trace.path,
            status,
            fault = result.as_ref().err().map(|failure| failure.error.kind().as_str()),
            milliseconds,
            attempt = number,
            "exchange"
        );
        result
    }

    async fn send<C: Call>(
        &self,
        call: &C,
        request: Request<Body>,
        reading: Reading,
        progress: &Progress,
    ) -> Result<(Response<Bytes>, Chunks), Failure> {
        let host = request.uri().authority().map(|authority| authority.host().to_owned()).unwrap_or_default();
        let head = *request.method() == Method::HEAD;
        let before = progress.reach();
        progress.raise(Reach::Maybe);
        let answer = match self.transport.send(request).await {
            Ok(answer) => answer,
            Err(error) => {
                progress.set(before);
                progress.raise(error.reach());
                if error.reach() == Reach::No {
                    self.pace.give_back();
                }
                return Err(failure::transport(error, None, progress.reach(), &host));
            }
        };
        progress.raise(Reach::Yes);
        if let Some(read_rate) = self.read_rate {
            self.pace.set(read_rate(answer.headers(), self.clock.now()));
        }
        let (parts, chunks) = answer.into_parts();
        let announced = if head { None } else { read::announced(&parts.headers) };
        let mut chunks = read::guarded(chunks, announced, self.clock.clone(), self.timeouts.read);
        if parts.status.is_success() {
            let body = match reading {
                Reading::Chunks => Bytes::new(),
                Reading::Whole => read::whole(&mut chunks, announced)
                    .await
                    .map_err(|error| failure::broken(error, parts.status, &host))?,
            };
            return Ok((Response::from_parts(parts, body), chunks));
        }
        let body = read::excerpt(&mut chunks).await;
        let status = parts.status;
        let asked = retry_after::read(&parts.headers, self.clock.now());
        let failure = failure::refused(call.refusal(Response::from_parts(parts, body)), status, asked);
        // Refused unread: this attempt had no effect.
        if status == StatusCode::UNAUTHORIZED || matches!(failure.again, Again::Always) {
            progress.set(before);
        }
        Err(failure)
    }
}
