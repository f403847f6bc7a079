"""Attackers' web sites on the loopback, and what a page of theirs tries against a server."""

import http.client
import http.server
import threading

# Names that the browser is told to look for on this machine: the attackers', and one by which a server is reached.
EVIL, REBOUND, NAME = "evil.example", "rebound.example", "keys.example"
SWITCHES = ["--host-resolver-rules=" + ", ".join(f"MAP {name} 127.0.0.1" for name in (EVIL, REBOUND, NAME))]


class Site:
    """A site of an attacker's, on a port of its own, by whatever name.

    Every path shows an empty page for scripts to run in, and sets `cookies`; /sandbox one without an origin. Once
    `leads_to` is a port, the name leads to that port instead, as after DNS rebinding.
    """

    def __enter__(self):
        site = self
        self.cookies, self.leads_to = [], None

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self):
                length = int(self.headers.get("Content-Length") or 0)
                sent = self.rfile.read(length)
                if site.leads_to:
                    status, headers, body = self.rebound(sent)
                else:
                    status, body = 200, b"<!doctype html><title>A prize</title><p>You have won."
                    headers = [("Content-Type", "text/html"), *(("Set-Cookie", cookie) for cookie in site.cookies)]
                    if self.path == "/sandbox":
                        headers.append(("Content-Security-Policy", "sandbox allow-scripts allow-forms"))
                self.send_response(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def rebound(self, sent):
                connection = http.client.HTTPConnection("127.0.0.1", site.leads_to, timeout=30)
                connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
                for name, value in self.headers.items():
                    connection.putheader(name, value)
                connection.endheaders(sent)
                answer = connection.getresponse()
                headers = [
                    pair for pair in answer.getheaders() if pair[0].lower() not in ("content-length", "connection")]
                return answer.status, headers, answer.read()

            do_GET = do_POST = do_PUT = do_DELETE = answer

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def url(self, host=EVIL):
        return f"http://{host}:{self.port}/"


# Submits a form to a frame without a name of its own, as a page does that wants to go unnoticed.
FORM = """([url, type, fields]) => new Promise((done) => {
  const frame = document.createElement('iframe');
  frame.name = `f${Math.random()}`;
  const form = document.createElement('form');
  Object.assign(form, { action: url, method: 'post', enctype: type, target: frame.name });
  for (const [name, value] of Object.entries(fields)) {
    const field = document.createElement('input');
    Object.assign(field, { type: 'hidden', name, value });
    form.append(field);
  }
  document.body.append(frame, form);
  frame.onload = () => { if (frame.dataset.sent) done(); };
  frame.dataset.sent = 'yes';
  form.submit();
})"""

# A request by script; says what the page gets to know of the answer.
FETCH = """async ([url, init]) => {
  try {
    const answer = await fetch(url, { credentials: 'include', ...init });
    const text = await answer.text();
    return answer.type === 'opaque' && !text ? 'nothing' : `${answer.status} ${text}`;
  } catch { return 'nothing'; }
}"""
BEACON = "([url, body]) => navigator.sendBeacon(url, new Blob([body], { type: 'text/plain' }))"

# Everything else that can ask for a URL; each says whether it came to anything.
EMBED = """([url, kind]) => new Promise((done) => {
  const kinds = {
    image: () => Object.assign(new Image(), { src: url }),
    script: () => Object.assign(document.createElement('script'), { src: url }),
    module: () => Object.assign(document.createElement('script'), { type: 'module', src: url }),
    style: () => Object.assign(document.createElement('link'), { rel: 'stylesheet', href: url }),
    object: () => Object.assign(document.createElement('object'), { data: url }),
    audio: () => Object.assign(document.createElement('audio'), { src: url }),
  };
  if (kind === 'stream' || kind === 'socket') {
    const stream = kind === 'stream' ? new EventSource(url, { withCredentials: true })
      : new WebSocket(url.replace('http', 'ws'));
    for (const name of ['open', 'message', 'overview']) {
      stream.addEventListener(name, () => { stream.close(); done(name); });
    }
    stream.onerror = () => { stream.close(); done('nothing'); };
    return;
  }
  const element = kinds[kind]();
  element.onload = element.oncanplay = () => done('loaded');
  element.onerror = () => done('nothing');
  document.body.append(element);
})"""

# Puts a page into a frame; says what the framing page can see of it.
FRAME = """(url) => new Promise((done) => {
  const frame = document.createElement('iframe');
  frame.src = url;
  frame.onload = () => {
    let text = null;
    try { text = frame.contentDocument.body.textContent; } catch { /* Another origin's. */ }
    done(text);
  };
  document.body.append(frame);
})"""
