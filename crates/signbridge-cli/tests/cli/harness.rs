//! Runs the program, and an emulator for it to talk to.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str};
use serde_json::{Value, json};
use tempfile::TempDir;

pub(crate) const ANN: &str = "Ann Lee <ann@example.com>";
pub(crate) const BOB: &str = "Bob Ray <bob@example.com>";

/// What a run of the program left.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    fn new(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The result: one line of JSON on standard output, nothing on standard error, exit code 0.
    pub(crate) fn result(&self) -> Value {
        assert_eq!((self.code, self.stderr.as_str()), (0, ""), "{self:?}");
        one_line(&self.stdout)
    }

    /// The failure: one line of JSON on standard error with the fixed names, and the exit code.
    pub(crate) fn failure(&self, code: i32, kind: &str) -> Value {
        assert_eq!(self.code, code, "{self:?}");
        let mut line = one_line(&self.stderr);
        let error = line["error"].take();
        let names: Vec<_> = error.as_object().unwrap().keys().take(4).map(String::as_str).collect();
        assert_eq!(names, ["kind", "provider", "operation", "message"], "{self:?}");
        assert_eq!(error["kind"], kind, "{self:?}");
        assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{self:?}");
        error
    }
}

pub(crate) fn one_line(text: &str) -> Value {
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.ends_with('\n'), "{text}");
    serde_json::from_str(text).unwrap()
}

/// The program in a folder of its own, untouched by the environment of whoever runs the tests.
pub(crate) fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_signbridge"));
    let ours = std::env::vars_os()
        .map(|(name, _)| name)
        .filter(|name| name.to_string_lossy().starts_with("SIGNBRIDGE_"));
    ours.for_each(|name| {
        command.env_remove(name);
    });
    command
        .current_dir(folder)
        .env("HOME", folder)
        .env_remove("XDG_CONFIG_HOME")
        .env("NO_PROXY", "127.0.0.1");
    command
}

pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Run {
    Run::new(program(folder).args(arguments).output().unwrap())
}

/// `signbridge emulate`, as a child, and a folder with its configuration and a document.
#[derive(Debug)]
pub(crate) struct Emulator {
    child: Child,
    pub(crate) ready: Value,
    pub(crate) folder: TempDir,
}

impl Emulator {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("lease.pdf"), pdf("Lease")).unwrap();
        let mut child = program(folder.path())
            .args(["--json", "emulate", "--config-out", "signbridge.toml"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        Self { child, ready: one_line(&line), folder }
    }

    /// Runs the program with the emulator's configuration.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        run(self.folder.path(), &[&["--config", "signbridge.toml"], arguments].concat())
    }

    /// The same for programs.
    pub(crate) fn json(&self, arguments: &[&str]) -> Run {
        self.run(&[&["--json"], arguments].concat())
    }

    /// Sends the lease to be signed, with these further arguments; gives its id.
    pub(crate) fn send(&self, arguments: &[&str]) -> String {
        let sent = self.json(&[&["send", "lease.pdf"], arguments].concat()).result();
        sent["id"].as_str().unwrap().to_owned()
    }

    /// Does something as a recipient.
    pub(crate) fn act(&self, envelope: &str, recipient: &str, action: &str, reason: Option<&str>) {
        let body = json!({"envelope": envelope, "recipient": recipient, "action": action, "reason": reason});
        let (status, answer) = self.control("POST", "/_emulator/act", &body);
        assert_eq!(status, 200, "{answer}");
    }

    /// A request to the emulator's control, over plain HTTP/1.1.
    pub(crate) fn control(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let host = self.ready["listening"].as_str().unwrap().strip_prefix("http://").unwrap();
        let body = body.to_string();
        let mut stream = TcpStream::connect(host).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer}")))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    /// Ends it by this signal; gives what else stood on its standard output, and its exit code.
    pub(crate) fn end(&mut self, signal: &str) -> (String, Option<i32>) {
        send_signal(&mut self.child, signal);
        let mut rest = String::new();
        if let Some(mut stdout) = self.child.stdout.take() {
            stdout.read_to_string(&mut rest).unwrap();
        }
        (rest, self.child.wait().unwrap().code())
    }
}

#[cfg(unix)]
pub(crate) fn send_signal(child: &mut Child, signal: &str) {
    let ended = child.try_wait().unwrap().is_some();
    assert!(
        ended
            || Command::new("kill").args(["-s", signal, &child.id().to_string()]).status().unwrap().success()
    );
}

#[cfg(not(unix))]
pub(crate) fn send_signal(child: &mut Child, _signal: &str) {
    let _ = child.kill();
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // A panicking test must not leave a server behind; a second panic would hide the first.
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| self.end("TERM")));
        let _ = self.child.kill();
    }
}

/// A one-page PDF (US letter) with this text on it.
pub(crate) fn pdf(text: &str) -> Vec<u8> {
    let (catalog, tree, page, content, font) =
        (Ref::new(1), Ref::new(2), Ref::new(3), Ref::new(4), Ref::new(5));
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(tree);
    pdf.pages(tree).kids([page]).count(1);
    let mut one = pdf.page(page);
    one.parent(tree).media_box(Rect::new(0.0, 0.0, 612.0, 792.0)).contents(content);
    one.resources().fonts().pair(Name(b"F1"), font);
    one.finish();
    pdf.type1_font(font).base_font(Name(b"Helvetica"));
    let mut words = Content::new();
    words
        .begin_text()
        .set_font(Name(b"F1"), 14.0)
        .next_line(72.0, 700.0)
        .show(Str(text.as_bytes()))
        .end_text();
    pdf.stream(content, &words.finish());
    pdf.finish()
}
