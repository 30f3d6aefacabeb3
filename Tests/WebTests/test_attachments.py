import base64
import hashlib
import pathlib
import urllib.request

from people import LAN_NAME, conversation, shows, wait_status, write
from pictures import pdf, png
from suite import covers, eventually


def open_pair(stage):
    id = stage.clinic.direct("dr-haddad", "amara")
    return id, stage.sign_in("amara", f"/chat/{id}"), stage.sign_in("dr-haddad", f"/chat/{id}")


def choose(page, *files):
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Attach files").click()
    chooser.value.set_files(
        [{"name": name, "mimeType": kind, "buffer": data} for name, kind, data in files]
    )


def send(page):
    button = page.get_by_role("button", name="Send")
    eventually(button.is_enabled, "everything is uploaded", page=page)
    button.click()


# What a browser does when one pastes or drops a file, done by a script: the clipboard of a headless
# browser and the file manager are not there.
PASTE = """([name, kind, text]) => {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type: kind }));
  document.querySelector('textarea').dispatchEvent(
    new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
}"""
DROP = """([name, kind, text]) => {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type: kind }));
  const target = document.querySelector('chat-window .message-scroller');
  for (const type of ['dragover', 'drop']) {
    target.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
  }
}"""


@covers("S2.68", "S2.4", "S2.8")
def by_button(stage):
    """A file is chosen, uploaded, sent, and the other side downloads the same bytes."""
    id, patient, doctor = open_pair(stage)
    plan = pdf(300_000)
    choose(patient, ("plan.pdf", "application/pdf", plan))
    patient.locator(".attachment-card[data-state=done]", has_text="plan.pdf").wait_for()
    send(patient)
    link = doctor.locator(".bubble-file", has_text="plan.pdf")
    link.wait_for()
    with doctor.expect_download() as download:
        link.click()
    got = open(download.value.path(), "rb").read()
    assert hashlib.sha256(got).digest() == hashlib.sha256(plan).digest()
    conversation(doctor, "Amara Okafor").locator(".conversation-preview").wait_for()


@covers("S2.68", "S2.8")
def big_file(stage):
    """A file of 60 MiB is read, hashed and sent in pieces: never more than one of them is in memory."""
    _, patient, doctor = open_pair(stage)
    scan = pathlib.Path(stage.clinic.folder.name) / "scan.pdf"
    scan.write_bytes(pdf(60 << 20))
    patient.evaluate(WATCH_PIECES)
    with patient.expect_file_chooser() as chooser:
        patient.get_by_role("button", name="Attach files").click()
    chooser.value.set_files(scan)
    patient.locator(".attachment-card[data-state=done]", has_text="scan.pdf").wait_for(timeout=120_000)
    read, sent = patient.evaluate("[Math.max(...window.read), Math.max(...window.sent)]")
    assert 0 < read <= 1 << 20 and 0 < sent <= 1 << 20, (read, sent)
    send(patient)
    link = doctor.locator(".bubble-file", has_text="scan.pdf")
    link.wait_for()
    with doctor.expect_download() as download:
        link.click()
    assert digest_of(download.value.path()) == digest_of(scan)


# How many bytes the page takes of files, and how many it sends, each time.
WATCH_PIECES = """() => {
  const { arrayBuffer } = Blob.prototype;
  const { send } = XMLHttpRequest.prototype;
  window.read = [];
  window.sent = [];
  Blob.prototype.arrayBuffer = function () { window.read.push(this.size); return arrayBuffer.call(this); };
  XMLHttpRequest.prototype.send = function (body) { window.sent.push(body.size); send.call(this, body); };
}"""


def digest_of(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@covers("S2.68", "S2.76")
def over_plain_http(stage):
    """In a network without TLS, where browsers lack much, messages and files go out all the same."""
    id = stage.clinic.direct("dr-haddad", "amara")
    page = stage.people.page(stage.people.context())
    page.goto(f"http://{LAN_NAME}:{stage.clinic.port}/chat/{id}")
    page.get_by_role("heading", name="Sign in").wait_for()
    assert not page.evaluate("isSecureContext")
    stage.people.sign_in_with_token("amara", page)
    write(page, "From the ward")
    wait_status(page, "From the ward", "sent")
    choose(page, ("plan.pdf", "application/pdf", pdf(2_500_000)))
    page.locator(".attachment-card[data-state=done]", has_text="plan.pdf").wait_for()
    send(page)
    wait_status(page, "plan.pdf", "sent")


@covers("S2.68")
def hash_of_pieces(stage):
    """The hash that goes with a file is its SHA-256, whatever its length and its pieces."""
    page = stage.people.page(stage.people.context())
    page.goto("/")
    page.wait_for_selector("sign-in")
    base = page.evaluate("new URL(document.querySelector('script[src]').src).pathname").rsplit("/", 1)[0]
    for length in (0, 1, 55, 56, 63, 64, 65, 119, 128, 1_000_003):
        data = bytes((index * 7 + 3) & 255 for index in range(length))
        for piece in (1, 63, 64, 100, 1 << 20):
            if length > 1000 > piece:
                continue
            got = page.evaluate(HASH, [base, base64.b64encode(data).decode(), piece])
            assert got == hashlib.sha256(data).hexdigest(), (length, piece, got)


HASH = """async ([base, text, piece]) => {
  const { Sha256 } = await import(base + "/hash/sha256.js");
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const hash = new Sha256();
  for (let start = 0; start < bytes.length; start += piece) hash.update(bytes.subarray(start, start + piece));
  return hash.hex();
}"""


@covers("S2.68")
def by_paste_and_drop(stage):
    """Pictures are pasted and dropped, shown before they are sent, and by the other side after."""
    id, patient, doctor = open_pair(stage)
    picture = base64.b64encode(png()).decode()
    patient.evaluate(PASTE, ["pasted.png", "image/png", picture])
    patient.locator(".attachment-card[data-state=done]", has_text="pasted.png").wait_for()
    patient.evaluate(DROP, ["dropped.png", "image/png", picture])
    patient.locator(".attachment-card[data-state=done]", has_text="dropped.png").wait_for()
    patient.get_by_role("textbox", name="Message").fill("My lunch and my dinner")
    send(patient)
    shows(doctor, "My lunch and my dinner")
    pictures = doctor.locator(".bubble-picture")
    eventually(lambda: pictures.count() == 2, "two pictures", page=doctor)
    for number in range(2):
        eventually(lambda: pictures.nth(number).evaluate("(e) => e.naturalWidth > 0"), "a picture", page=doctor)


@covers("S2.68")
def progress_cancel_retry(stage):
    """Progress is shown; a broken upload is tried again from where it was; cancelled it is gone."""
    id, patient, doctor = open_pair(stage)
    broken = {"left": 1, "parts": 0}

    def handle(route):
        if route.request.method != "PATCH":
            return route.continue_()
        broken["parts"] += 1
        if broken["parts"] == 2 and broken["left"]:
            broken["left"] = 0
            return route.abort()
        return route.continue_()

    patient.route("**/api/attachments/*", handle)
    plan = pdf(3_000_000)
    choose(patient, ("large.pdf", "application/pdf", plan))
    card = patient.locator(".attachment-card", has_text="large.pdf")
    patient.locator(".attachment-card[data-state=failed]").wait_for()
    sent = int(card.locator("progress").evaluate("(e) => e.value"))
    assert 30 <= sent < 100, sent
    assert patient.get_by_role("button", name="Send").is_disabled()
    card.get_by_role("button", name="Try large.pdf again").click()
    patient.locator(".attachment-card[data-state=done]").wait_for()
    choose(patient, ("other.pdf", "application/pdf", pdf()))
    other = patient.locator(".attachment-card", has_text="other.pdf")
    other.get_by_role("button", name="Remove other.pdf").click()
    other.wait_for(state="detached")
    send(patient)
    doctor.locator(".bubble-file", has_text="large.pdf").wait_for()
    assert doctor.locator(".bubble-file").count() == 1


def too_large(stage):
    """A file beyond the limit is refused with the limit's number, before a byte is sent."""
    id, patient, _ = open_pair(stage)
    choose(patient, ("film.mp4", "video/mp4", b"x" * 3_000_000))
    patient.get_by_text("film.mp4 is too large: 3.0 MB; at most 2.0 MB can be sent.").wait_for()
    assert patient.locator(".attachment-card").count() == 0


too_large.environment = {"WARDLINE_ATTACHMENTS_FILE_BYTES": "2000000"}
covers("S2.68")(too_large)


@covers("S2.68")
def refused_files(stage):
    """What cannot be sent is said of each file, in words for people, and without offering what cannot
    help; Enter says what it waits for."""
    id, patient, doctor = open_pair(stage)
    choose(patient, ("setup.exe", "application/x-msdownload", b"MZ"), ("page.html", "text/html", b"<p>"), ("void.pdf", "application/pdf", b""))
    note = patient.locator(".input-note")
    for text in ("setup.exe is of a kind that cannot be sent.", "page.html is of a kind", "void.pdf is empty."):
        note.get_by_text(text).wait_for()
    assert patient.locator(".attachment-card").count() == 0
    button = patient.get_by_role("button", name="Attach files")
    eventually(lambda: "application/pdf" in patient.locator("input[type=file]").get_attribute("accept"), "the choice is limited", page=patient)
    assert button.is_enabled()
    choose(patient, ("meal.png", "image/png", b"this is no picture at all"))
    card = patient.locator(".attachment-card[data-state=failed]", has_text="meal.png")
    card.get_by_text("The file is not what its name says, or is damaged.").wait_for()
    assert card.get_by_role("button", name="Try").count() == 0
    card.locator("svg").first.wait_for()
    patient.screenshot(path=stage.artefacts / "refused-file.png")
    write(patient, "My lunch")
    note.get_by_text("A file cannot be sent. Remove it, then send.").wait_for()
    card.get_by_role("button", name="Remove meal.png").click()
    write(patient, "My lunch")
    shows(doctor, "My lunch")


@covers("S2.68", "S2.67")
def attached_files_are_kept(stage):
    """Files that are attached and not sent are there when one comes back to the conversation."""
    one = stage.clinic.group("dr-haddad", ["dr-lindqvist"], "One")
    stage.clinic.group("dr-haddad", ["dr-lindqvist"], "Two")
    page = stage.sign_in("dr-haddad", f"/chat/{one}")
    choose(page, ("plan.pdf", "application/pdf", pdf()))
    page.locator(".attachment-card[data-state=done]").wait_for()
    conversation(page, "Two").click()
    page.get_by_role("heading", name="Two").wait_for()
    assert page.locator(".attachment-card").count() == 0
    conversation(page, "One").click()
    page.locator(".attachment-card[data-state=done]", has_text="plan.pdf").wait_for()
    send(page)
    page.locator(".bubble-file", has_text="plan.pdf").wait_for()
    assert page.locator(".attachment-card").count() == 0


@covers("S2.68", "S2.86")
def answered_with_a_file(stage):
    """A reply may be a file alone."""
    id, patient, doctor = open_pair(stage)
    write(doctor, "Send me your plan")
    row = patient.locator("li.message", has_text="Send me your plan")
    row.hover()
    row.get_by_role("button", name="Reply").click()
    choose(patient, ("plan.pdf", "application/pdf", pdf()))
    send(patient)
    answer = doctor.locator("li.message", has_text="plan.pdf")
    answer.locator(".quote", has_text="Send me your plan").wait_for()
