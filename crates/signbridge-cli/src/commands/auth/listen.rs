//! The address that the browser comes back to, on this machine.

use signbridge::{Error, ErrorKind, Result, Url};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// The longest head of a request that is read, in bytes.
const LONGEST: u64 = 16 * 1024;

/// Waits for one visit.
pub(super) struct Door {
    listener: TcpListener,
    address: Url,
}

impl Door {
    /// Listens where the redirect address points.
    ///
    /// # Errors
    /// `invalid_configuration` when it is not an `http` address of this machine.
    pub(super) async fn open(address: &Url) -> Result<Self> {
        let host = match address.host() {
            Some(url::Host::Ipv4(ip)) if ip.is_loopback() => Some(ip.to_string()),
            Some(url::Host::Ipv6(ip)) if ip.is_loopback() => Some(format!("[{ip}]")),
            Some(url::Host::Domain("localhost")) => Some("127.0.0.1".to_owned()),
            _ => None,
        };
        let Some(host) = host.filter(|_| address.scheme() == "http") else {
            return Err(Error::new(
                ErrorKind::InvalidConfiguration,
                format!("the browser comes back to {address}, which is not an http address of this machine"),
            )
            .with_operation("login")
            .with_remedy(
                "register http://127.0.0.1:PORT/… for the app and set it as redirect_url, or use --paste",
            ));
        };
        let place = format!("{host}:{}", address.port_or_known_default().unwrap_or(80));
        let listener = TcpListener::bind(&place).await.map_err(|error| {
            Error::new(ErrorKind::Io, format!("{place} cannot be listened on: {error}"))
                .with_operation("login")
                .with_remedy("end what uses the port, or use --paste")
        })?;
        Ok(Self { listener, address: address.clone() })
    }

    /// The address that the browser came back to. Visits to other paths are turned away.
    pub(super) async fn visited(self) -> Result<Url> {
        loop {
            let (stream, _) = self.listener.accept().await.map_err(broken)?;
            if let Some(url) = self.greet(stream).await? {
                return Ok(url);
            }
        }
    }

    async fn greet(&self, mut stream: TcpStream) -> Result<Option<Url>> {
        let Some(line) = first_line(&mut stream).await else { return Ok(None) };
        let target = line.strip_prefix("GET ").and_then(|rest| rest.split(' ').next());
        let url = target
            .and_then(|target| self.address.join(target).ok())
            .filter(|url| url.origin() == self.address.origin() && url.path() == self.address.path());
        let (status, text) = match &url {
            Some(_) => ("200 OK", "You can close this window and go back to the terminal."),
            None => ("404 Not Found", "Nothing is here."),
        };
        let answer = format!(
            "HTTP/1.1 {status}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{text}",
            text.len()
        );
        // The browser may be gone already; what it brought counts.
        let _ = stream.write_all(answer.as_bytes()).await;
        let _ = stream.shutdown().await;
        Ok(url)
    }
}

/// The request line. The rest of the head is read as well, since a connection closed on unread bytes is reset.
async fn first_line(stream: &mut TcpStream) -> Option<String> {
    let mut reader = BufReader::new(stream.take(LONGEST));
    let (mut first, mut line) = (String::new(), String::new());
    reader.read_line(&mut first).await.ok()?;
    while reader.read_line(&mut line).await.ok()? > 2 {
        line.clear();
    }
    Some(first)
}

fn broken(error: std::io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("the browser's visit broke off: {error}")).with_operation("login")
}
