//! Any request of an API, for what the portable model does not have.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use http::{Method, Request, Response, request::Builder};
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::build;

/// What tells one provider's API from another's, for requests as an application writes them.
pub trait RawApi: fmt::Debug + Send + Sync {
    /// The beginning of a request: the absolute address of what is given below the API's root, and the headers that all
    /// requests have. The application's own headers come behind them.
    ///
    /// # Errors
    /// `invalid_input` when the path leaves the API; see [`relative`](super::relative).
    fn begin(&self, method: Method, path_and_query: &str) -> Result<Builder>;

    /// Finds a refusal inside a good answer, where the provider writes such.
    ///
    /// # Errors
    /// That refusal.
    fn check(&self, answer: &Response<Bytes>) -> Result<()> {
        let _ = answer;
        Ok(())
    }

    /// Reads a refusal.
    fn refusal(&self, answer: &Response<Bytes>) -> Error;
}

/// A request whose path is below the API's root; the answer comes as it is. Only its method is shown in logs: what it
/// says is the application's.
pub struct Raw<A, const READ: bool> {
    api: Arc<A>,
    request: Request<Bytes>,
}

/// A read, which may be repeated.
pub type RawRead<A> = Raw<A, true>;

/// Anything else, which may be repeated only if it was not sent.
pub type RawWrite<A> = Raw<A, false>;

/// Whether a request changes nothing, by its method (RFC 9110, section 9.2.1).
pub fn is_read(request: &Request<Bytes>) -> bool {
    matches!(*request.method(), Method::GET | Method::HEAD)
}

impl<A, const READ: bool> Raw<A, READ> {
    /// This request of this API.
    pub fn new(api: Arc<A>, request: Request<Bytes>) -> Self {
        Self { api, request }
    }
}

impl<A, const READ: bool> fmt::Debug for Raw<A, READ> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Raw").field("method", self.request.method()).finish_non_exhaustive()
    }
}

impl<A: RawApi, const READ: bool> Call for Raw<A, READ> {
    type Reply = Response<Bytes>;
    const NAME: &'static str = "raw";
    const REPLAY: Replay = if READ { Replay::Safe } else { Replay::OnlyIfNotSent };

    fn request(&self) -> Result<Request<Body>> {
        let path = self.request.uri().path_and_query().map_or("", |path| path.as_str());
        let mut request = self.api.begin(self.request.method().clone(), path)?;
        if let Some(headers) = request.headers_mut() {
            headers.extend(self.request.headers().clone());
        }
        build(request, self.request.body().clone().into())
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Response<Bytes>> {
        self.api.check(&answer)?;
        Ok(answer)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        self.api.refusal(&answer)
    }
}

#[cfg(test)]
mod tests {
    use signbridge_core::ErrorKind;
    use url::Url;

    use super::*;

    #[derive(Debug)]
    struct Api;

    impl RawApi for Api {
        fn begin(&self, method: Method, path_and_query: &str) -> Result<Builder> {
            let url = super::super::relative(&Url::parse("https://x.example/v1/").unwrap(), path_and_query)?;
            Ok(Request::builder().method(method).uri(url.as_str()).header("x-user", "me"))
        }
        fn check(&self, answer: &Response<Bytes>) -> Result<()> {
            let refused = answer.body().starts_with(b"no");
            if refused { Err(Error::new(ErrorKind::Forbidden, "no")) } else { Ok(()) }
        }
        fn refusal(&self, answer: &Response<Bytes>) -> Error {
            Error::new(ErrorKind::NotFound, "nothing").with_status(answer.status().as_u16())
        }
    }

    fn asked(path: &str) -> Request<Bytes> {
        Request::post(path).header("x-mine", "1").body(Bytes::from_static(b"secret")).unwrap()
    }

    #[test]
    fn the_request_is_the_applications_below_the_root() {
        let raw = RawWrite::new(Arc::new(Api), asked("/things?x=1"));
        let request = raw.request().unwrap();
        assert_eq!(
            (request.method(), request.uri().to_string().as_str()),
            (&Method::POST, "https://x.example/v1/things?x=1")
        );
        assert_eq!(
            (&request.headers()["x-user"], &request.headers()["x-mine"]),
            (&"me".parse().unwrap(), &"1".parse().unwrap())
        );
        assert_eq!(request.body().len(), 6);
        assert!(!format!("{raw:?}").contains("things"), "{raw:?}");
        assert!(RawWrite::new(Arc::new(Api), asked("/../v2")).request().is_err());
    }

    #[test]
    fn a_read_may_be_repeated_and_a_refusal_is_one_also_inside_a_good_answer() {
        assert_eq!(<RawRead<Api> as Call>::REPLAY, Replay::Safe);
        assert_eq!(<RawWrite<Api> as Call>::REPLAY, Replay::OnlyIfNotSent);
        for (method, read) in
            [(Method::GET, true), (Method::HEAD, true), (Method::POST, false), (Method::DELETE, false)]
        {
            assert_eq!(is_read(&Request::builder().method(method).body(Bytes::new()).unwrap()), read);
        }
        let raw = RawWrite::new(Arc::new(Api), asked("/things"));
        let answer = |text: &'static str| Response::new(Bytes::from_static(text.as_bytes()));
        assert_eq!(raw.reply(answer("yes")).unwrap().body(), "yes");
        assert_eq!(raw.reply(answer("no")).unwrap_err().kind(), ErrorKind::Forbidden);
        assert_eq!(raw.refusal(answer("")).status(), Some(200));
    }
}
