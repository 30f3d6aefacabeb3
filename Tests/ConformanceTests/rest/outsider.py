"""Talks REST as somebody would who has read the two commissioning documents and nothing else: their
paths, their names of fields, and what they say that the chat can do.

    outsider.py http://HOST:PORT PATIENT_TOKEN DIETITIAN_TOKEN OTHER_PATIENT_TOKEN

of the sample clinic's amara, dr-lindqvist and noah. Prints PASS or FAIL with each line of the documents.
"""

import hashlib
import json
import sys
import urllib.error
import urllib.request

SERVER, *TOKENS = sys.argv[1:]
AMARA, LINDQVIST, NOAH = TOKENS

MESSAGE = """Message_id Conversation_id Sender_id Content Message_Type Attachment_Url Is_read Created_at
    Updated_at""".split()
CONVERSATION = "Conversation_id Title Type Is_Active Created_at".split()
SENDER = "Sender_id Conversation_id User_id User_Type Joined_at Left_at Is_Active Created_at".split()


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = json.loads(body) if body else None

    def __getitem__(self, name):
        return self.body[name]


def ask(verb, path, token, body=None, key=None):
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = "Bearer " + token
    if key:
        headers["Idempotency-Key"] = key
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(SERVER + path, data, headers, method=verb)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return Answer(response.status, response.headers, response.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.headers, error.read())


CASES = []


def case(line):
    """What a line of the documents says."""

    def enter(function):
        CASES.append((line, function))
        return function

    return enter


def same(found, wanted):
    if found != wanted:
        raise AssertionError(f"{found!r} instead of {wanted!r}")


def send(content):
    answer = ask("POST", "/api/chat/user/conversation/amara/send", AMARA, {"Content": content})
    same(answer.status, 201)
    return answer


def unread():
    return ask("GET", "/api/chat/user/amara/unread-count", AMARA)["Unread_count"]


@case("GET /api/chat/user/:userId/dietitian - Get chat with assigned dietitian")
def dietitian():
    answer = ask("GET", "/api/chat/user/amara/dietitian", AMARA)
    same(answer.status, 200)
    same(answer["assignedDieticianId"], "dr-lindqvist")
    same(ask("GET", "/api/chat/user/amara/dietitian", None).status, 401)
    same(ask("GET", "/api/chat/user/amara/dietitian", NOAH).status, 403)


@case("POST /api/chat/user/conversation/:userId/send - Send message")
def user_send():
    path = "/api/chat/user/conversation/amara/send"
    first = ask("POST", path, AMARA, {"Content": "May I eat figs?"}, key="outsider-1")
    same(first.status, 201)
    same([name for name in MESSAGE if name not in first.body], [])
    again = ask("POST", path, AMARA, {"Content": "May I eat figs?"}, key="outsider-1")
    same(again["Message_id"], first["Message_id"])
    same(ask("POST", path, AMARA, {"Content": ""}).status, 400)
    same(ask("POST", path, NOAH, {"Content": "hello"}).status, 403)


@case("GET /api/chat/user/conversation/:conversationId/messages - Get messages")
def user_messages():
    sent = send("one of them")
    path = f"/api/chat/user/conversation/{sent['Conversation_id']}/messages"
    answer = ask("GET", path, AMARA)
    same(answer.status, 200)
    same(answer["data"][-1]["Content"], "one of them")
    same(ask("GET", path, NOAH).status, 403)


@case("Message history with pagination")
def pagination():
    conversation = [send(f"page {number}") for number in range(7)][0]["Conversation_id"]
    found, query = [], "?limit=3"
    while True:
        page = ask("GET", f"/api/chat/user/conversation/{conversation}/messages{query}", AMARA)
        found = [message["Message_id"] for message in page["data"]] + found
        if not page["has_more"]:
            break
        query = f"?limit=3&before={page['before']}"
    same(len(found), len(set(found)))
    whole = ask("GET", f"/messages/conversation/{conversation}?limit=200", AMARA)
    same(found, [message["Message_id"] for message in whole["data"]])


@case("GET /api/chat/member/:memberId/conversations - Get all conversations")
def member_conversations():
    sent = send("the newest")
    answer = ask("GET", "/api/chat/member/dr-lindqvist/conversations", LINDQVIST)
    same(answer.status, 200)
    first = answer["data"][0]
    same(first["Conversation_id"], sent["Conversation_id"])
    same(first["Last_message"]["Content"], "the newest")
    same([name for name in CONVERSATION if name not in first], [])
    patient = [one for one in first["Participants"] if one["User_id"] == "amara"][0]
    same([name for name in SENDER if name not in patient], [])
    same(ask("GET", "/api/chat/member/amara/conversations", AMARA).status, 403)


@case("GET /api/chat/member/conversation/:conversationId/messages - Get messages")
def member_messages():
    sent = send("for you")
    path = f"/api/chat/member/conversation/{sent['Conversation_id']}/messages"
    same(ask("GET", path, LINDQVIST)["data"][-1]["Content"], "for you")


@case("POST /api/chat/member/conversation/:memberId/send - Send message")
def member_send():
    path = "/api/chat/member/conversation/dr-lindqvist/send"
    conversation = send("a question")["Conversation_id"]
    for body in [{"Conversation_id": conversation}, {"User_id": "amara"}]:
        answer = ask("POST", path, LINDQVIST, {**body, "Content": "an answer"})
        same(answer.status, 201)
        same(answer["Conversation_id"], conversation)


@case("Unread message count; PUT .../read - Mark as read, by either")
def read():
    conversation = send("before reading")["Conversation_id"]
    ask("PUT", f"/api/chat/user/conversation/{conversation}/read", AMARA)
    same(unread(), 0)
    path = "/api/chat/member/conversation/dr-lindqvist/send"
    for number in range(3):
        ask("POST", path, LINDQVIST, {"User_id": "amara", "Content": str(number)})
    same(unread(), 3)
    for _ in range(2):
        same(ask("PUT", f"/api/chat/user/conversation/{conversation}/read", AMARA).status, 200)
        same(unread(), 0)
    mine = send("have you read it?")
    same(ask("PUT", f"/api/chat/member/conversation/{conversation}/read", LINDQVIST, {}).status, 200)
    same(ask("GET", f"/messages/{mine['Message_id']}", AMARA)["Is_read"], True)
    same(ask("PUT", f"/api/chat/user/conversation/{conversation}/read", NOAH).status, 403)


@case("POST /messages, with the properties of Message")
def create():
    before = send("who am I?")
    body = {
        "Conversation_id": before["Conversation_id"],
        "Sender_id": before["Sender_id"],
        "Content": "made of its properties",
        "Message_Type": "text",
        "Attachment_Url": None,
    }
    answer = ask("POST", "/messages", AMARA, body)
    same(answer.status, 201)
    same(answer.headers["Location"], f"/messages/{answer['Message_id']}")
    for name, value in body.items():
        same(answer[name], value)
    same(ask("POST", "/messages", AMARA, {**body, "Sender_id": "amara"}).status, 201)
    same(ask("POST", "/messages", LINDQVIST, body).status, 403)


@case("GET /messages, GET /messages/conversation/:id, GET /messages/:id")
def find():
    sent = send("to be found")
    id, conversation = sent["Message_id"], sent["Conversation_id"]
    same(ask("GET", "/messages", AMARA)["data"][0]["Message_id"], id)
    page = ask("GET", f"/messages/conversation/{conversation}", AMARA)
    same(page["data"][-1]["Message_id"], id)
    one = ask("GET", f"/messages/{id}", AMARA)
    same([name for name in MESSAGE if name not in one.body], [])
    same(one["Content"], "to be found")
    same(ask("GET", f"/messages/{id}", NOAH).status, 404)
    same([one["Conversation_id"] for one in ask("GET", "/messages", NOAH)["data"]], [])


@case("PATCH /messages/:id")
def update():
    sent = send("with a mistkae")
    path = f"/messages/{sent['Message_id']}"
    same(ask("PATCH", path, AMARA, {"Content": "without one"}).status, 200)
    same(ask("GET", path, LINDQVIST)["Content"], "without one")
    same(ask("PATCH", path, LINDQVIST, {"Content": "mine"}).status, 403)
    same(ask("PATCH", path, NOAH, {"Content": "mine"}).status, 404)


@case("PATCH /messages/:id/read; message status tracking (sent, delivered, read)")
def mark_as_read():
    path = f"/messages/{send('status')['Message_id']}"
    same(ask("GET", path, AMARA)["Status"], "sent")
    conversation = ask("GET", path, AMARA)["Conversation_id"]
    ask("PUT", f"/api/conversations/{conversation}/delivered", LINDQVIST)
    same(ask("GET", path, AMARA)["Status"], "delivered")
    same(ask("PATCH", path + "/read", LINDQVIST, {"Is_read": True}).status, 200)
    same(ask("GET", path, AMARA)["Status"], "read")


@case("DELETE /messages/:id")
def remove():
    path = f"/messages/{send('a slip')['Message_id']}"
    same(ask("DELETE", path, NOAH).status, 404)
    same(ask("DELETE", path, AMARA).status, 204)
    left = ask("GET", path, LINDQVIST)
    same((left["Is_deleted"], left["Content"]), (True, ""))


@case("Support for text messages and file attachments")
def attachment():
    content = b"porridge, figs, tea"
    announced = ask(
        "POST", "/api/attachments", AMARA, {"File_name": "diary.txt", "Content_type": "text/plain"}
    )
    url = announced["Attachment_Url"]
    headers = {
        "Authorization": "Bearer " + AMARA,
        "Content-Type": "application/octet-stream",
        "Upload-Complete": "?1",
        "Upload-Sha256": hashlib.sha256(content).hexdigest(),
    }
    upload = urllib.request.Request(SERVER + url, content, headers, method="PATCH")
    urllib.request.urlopen(upload, timeout=30).close()
    body = {"Message_Type": "file", "Attachment_Url": url, "Content": "what I ate"}
    sent = ask("POST", "/api/chat/user/conversation/amara/send", AMARA, body)
    same((sent.status, sent["Attachment_Url"]), (201, url))
    download = urllib.request.Request(SERVER + url, headers={"Authorization": "Bearer " + LINDQVIST})
    with urllib.request.urlopen(download, timeout=30) as response:
        same(response.read(), content)


@case("Add real-time updates using WebSocket or polling")
def polling():
    begin = ask("GET", "/api/events", LINDQVIST)["cursor"]
    sent = send("now")
    answer = ask("GET", f"/api/events?after={begin}&wait=20", LINDQVIST)
    types = [event["type"] for event in answer["data"]]
    same("message_created" in types, True)
    created = answer["data"][types.index("message_created")]
    same(created["data"]["Message_id"], sent["Message_id"])


@case("Conversation search; user online/offline status")
def people():
    conversation = send("look for me")["Conversation_id"]
    found = ask("GET", "/api/conversations/search?q=amara", LINDQVIST)
    same([one["Conversation_id"] for one in found["data"]], [conversation])
    ask("POST", "/api/presence/heartbeat", AMARA)
    presence = ask("GET", "/api/presence?User_ids=amara", LINDQVIST)
    same(presence["data"][0]["Online"], True)


def main():
    failures = 0
    for line, function in CASES:
        try:
            function()
            print("PASS", line, flush=True)
        except Exception as error:
            failures += 1
            print("FAIL", line, f"{type(error).__name__}: {error}", flush=True)
    sys.exit(failures > 0)


main()
