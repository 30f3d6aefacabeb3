import { contentTypeOf } from "../text/file-types.js";
import { fromWire } from "./records.js";
import { path, request } from "./request.js";

// Every call that the app makes, one function each, named for what it does.

const get = async (address, options) => fromWire(await request("GET", address, options));
const put = async (address, options) => fromWire(await request("PUT", address, options));
const post = async (address, options) => fromWire(await request("POST", address, options));

// Conversations

/// A page of the caller's conversations, the one with the newest activity first.
export function conversations(after, limit = 50) {
  return get(`/api/conversations?${query({ limit, after })}`);
}

export function conversation(id) {
  return get(path`/api/conversations/${id}`);
}

export function searchConversations(text, signal) {
  return get(`/api/conversations/search?${query({ q: text, limit: 30 })}`, { signal });
}

/// A page of { message, snippet, highlights, score }, the best first.
export function searchMessages(text, after, signal) {
  return get(`/messages/search?${query({ q: text, limit: 20, after })}`, { signal });
}

export function createConversation(body, key) {
  return post("/api/conversations", { body, key });
}

export function updateConversation(id, body, key) {
  return request("PATCH", path`/api/conversations/${id}`, { body, key });
}

/// The patient's dietitian and the conversation with them; 404 while nobody is assigned.
export function dietitianOf(userId) {
  return get(path`/api/chat/user/${userId}/dietitian`);
}

export function people(after) {
  return get(`/api/users?${query({ limit: 200, after })}`);
}

export function presenceOf(userIds) {
  return get(`/api/presence?${query({ User_ids: userIds.slice(0, 200).join(",") })}`);
}

// Messages

/// `place`: { before }, { after } or nothing for the newest page.
export function messages(conversationId, place = {}, limit = 50) {
  return get(path`/messages/conversation/${conversationId}` + `?${query({ limit, ...place })}`);
}

export function sendMessage(body, key) {
  return post("/messages", { body, key });
}

/// The patient's first message to their dietitian makes the conversation.
export function sendToDietitian(userId, body, key) {
  return post(path`/api/chat/user/conversation/${userId}/send`, { body, key });
}

export function editMessage(id, content, version, key) {
  return request("PATCH", path`/messages/${id}`, { body: { Content: content }, version, key });
}

export function deleteMessage(id, scope, key) {
  return request("DELETE", path`/messages/${id}` + `?${query({ scope })}`, { key });
}

export function addReaction(id, emoji, key) {
  return put(path`/messages/${id}/reactions/${emoji}`, { key });
}

export function removeReaction(id, emoji, key) {
  return request("DELETE", path`/messages/${id}/reactions/${emoji}`, { key });
}

export function receipts(id) {
  return get(path`/messages/${id}/receipts`);
}

// How far one has come

export function markDelivered(conversationId, upTo) {
  return put(path`/api/conversations/${conversationId}/delivered`, { body: { Up_to: upTo } });
}

export function markRead(conversationId, upTo) {
  return put(path`/api/conversations/${conversationId}/read`, { body: { Up_to: upTo } });
}

export function setTyping(conversationId, typing) {
  return request("PUT", path`/api/conversations/${conversationId}/typing`, {
    body: { Typing: typing },
  });
}

// Attachments

export function startAttachment(file, key) {
  const body = {
    File_name: file.name,
    Content_type: contentTypeOf(file),
    Size: file.size,
  };
  return post("/api/attachments", { body, key });
}

export function attachmentInfo(id) {
  return get(path`/api/attachments/${id}/info`);
}

export function attachmentUsage() {
  return get("/api/attachments/usage");
}

export function discardAttachment(id) {
  return request("DELETE", path`/api/attachments/${id}`);
}

function query(values) {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== null);
  return new URLSearchParams(given).toString();
}
