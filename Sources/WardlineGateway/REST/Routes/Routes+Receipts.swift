import Hummingbird
import WardlineAPI

extension Routes {
  /// How far messages have come, with the caller and with others.
  static let receipts: [Route] = [
    .object(
      .put,
      "/api/conversations/:id/delivered",
      "Say that messages have reached a device",
      body: .optionalFields([.upTo]),
      Shapes.delivered
    ) { call in
      let request = MarkDeliveredRequest(
        conversationID: call.parameter("id"),
        upTo: call.body.integer("Up_to") ?? .max,
        idempotencyKey: call.idempotencyKey
      )
      let response = try await call.api.messages.markDelivered(request, options: call.options)
      return Progress(
        conversationID: call.parameter("id"),
        deliveredUpTo: response.deliveredUpTo,
        readUpTo: response.readUpTo
      )
    },
    .object(
      .put,
      "/api/conversations/:id/read",
      "Mark messages as read",
      body: .optionalFields([.upTo]),
      Shapes.read
    ) { try await $0.markRead($0.parameter("id")) },
    .object(
      .put,
      "/api/conversations/:id/acknowledged",
      "Take note of messages",
      body: .optionalFields([.upTo]),
      Shapes.acknowledged
    ) { try await $0.acknowledge($0.parameter("id"), upTo: $0.body.integer("Up_to") ?? .max) },
    .object(
      .patch,
      "/messages/:id/acknowledged",
      "Take note of a message, and of those before it",
      Shapes.acknowledged
    ) { call in
      let place = try call.messagePlace()
      return try await call.acknowledge(place.conversation, upTo: place.sequence)
    },
    .object(
      .get,
      "/messages/:id/receipts",
      "Who has got, read and acknowledged a message, and when",
      query: [RequestField("at", .moment, as: "at_ms")],
      Shapes.messageReceipts
    ) { call in
      let request = ReceiptsRequest(
        messageID: call.parameter("id"),
        atMs: call.query.time("at")
      )
      return MessageReceipts(
        messageID: call.parameter("id"),
        response: try await call.api.messages.receipts(request, options: call.options)
      )
    },
  ]
}
