import { activeOthers } from "./naming.js";

const order = ["sent", "delivered", "read"];

/// How far an own message has come: { kind, reached, others }. In a group `reached` of `others` have
/// come to the next step; the kind is what is true of all.
export function statusOf(message, conversation, me) {
  const others = activeOthers(conversation, me);
  const read = others.filter((one) => one.readUpTo >= message.sequence).length;
  const delivered = others.filter((one) => one.deliveredUpTo >= message.sequence).length;
  let kind = order.includes(message.status) ? message.status : "sent";
  if (others.length > 0) {
    if (delivered === others.length) kind = later(kind, "delivered");
    if (read === others.length) kind = later(kind, "read");
  }
  return { kind, delivered, read, others: others.length };
}

function later(one, other) {
  return order.indexOf(one) > order.indexOf(other) ? one : other;
}

/// In words, for screen readers and tooltips.
export function statusText(status) {
  const some = status.others > 1;
  switch (status.kind) {
    case "sending": return "Sending";
    case "waiting": return "Waiting for the connection";
    case "failed": return "Not sent";
    case "read": return some ? "Read by all" : "Read";
    case "delivered":
      return some && status.read > 0
        ? `Delivered to all, read by ${status.read} of ${status.others}` : "Delivered";
    default:
      return some && status.delivered > 0
        ? `Sent, delivered to ${status.delivered} of ${status.others}` : "Sent";
  }
}
