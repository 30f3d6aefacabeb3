import ChatModel
import ChatRepository
import Testing

let acknowledgementChecks: [ContractCheck] = [
  ContractCheck("acknowledging implies reading, reading implies no acknowledgement") { clinic in
    for _ in 1...3 { try await clinic.send("a", from: clinic.amara, to: clinic.lindqvist) }
    let id = try await clinic.conversation(clinic.amara, clinic.lindqvist)
    let read = try await clinic.move(.read, of: clinic.lindqvist, in: id, upTo: 1, at: 1)
    #expect(read.acknowledged.upTo == .zero)
    let state = try await clinic.move(.acknowledged, of: clinic.lindqvist, in: id, upTo: 2, at: 2)
    #expect(state.acknowledged.upTo.rawValue == 2)
    #expect(state.read == state.acknowledged)
    #expect(state.delivered == state.acknowledged)
    #expect(state.unreadCount == 1)
    let again = try await clinic.move(.read, of: clinic.lindqvist, in: id, upTo: 2, at: 3)
    #expect(!again.moved)
    #expect(try await clinic.events(of: clinic.amara) == clinic.told.events)
  },
  ContractCheck("receipts can be asked for as they were known at any time") { clinic in
    let id = try await clinic.group(clinic.okafor, [clinic.amara, clinic.lindqvist])
    let message = try await clinic.say("a", clinic.okafor, in: id, at: 10)
    try await clinic.move(.delivered, of: clinic.amara, in: id, upTo: 1, at: 20)
    try await clinic.move(.read, of: clinic.amara, in: id, upTo: 1, at: 30)
    try await clinic.move(.acknowledged, of: clinic.lindqvist, in: id, upTo: 1, at: 40)
    try await clinic.remove(clinic.lindqvist, from: id, by: clinic.lindqvist, at: 50)
    let late = try await clinic.enter("late", .nurse)
    try await clinic.add(late, to: id, by: clinic.okafor, at: 60)
    let times: [(Int?, [[Int?]], [Bool])] = [
      (10, [[nil, nil, nil], [nil, nil, nil]], [true, true]),
      (20, [[20, nil, nil], [nil, nil, nil]], [true, true]),
      (30, [[20, 30, nil], [nil, nil, nil]], [true, true]),
      (40, [[20, 30, nil], [40, 40, 40]], [true, true]),
      (nil, [[20, 30, nil], [40, 40, 40]], [true, false]),
    ]
    for (time, expected, active) in times {
      let receipts = try await clinic.repository.receipts(
        of: message,
        at: time.map(Clinic.time),
        visibleTo: clinic.okafor
      )
      let known = receipts.map { [$0.deliveredAt, $0.readAt, $0.acknowledgedAt] }
      #expect(known == expected.map { $0.map { $0.map(Clinic.time) } }, "at \(time ?? -1)")
      #expect(receipts.map(\.isActive) == active)
    }
  },
  ContractCheck("who joins or leaves stands in no message's way to being read") { clinic in
    let id = try await clinic.group(clinic.okafor, [clinic.amara, clinic.lindqvist])
    let message = try await clinic.say("a", clinic.okafor, in: id)
    let status = {
      try await clinic.repository.message(message, visibleTo: clinic.okafor)?.status
    }
    try await clinic.move(.read, of: clinic.amara, in: id, upTo: 1)
    #expect(try await status() == .sent)
    try await clinic.move(.delivered, of: clinic.lindqvist, in: id, upTo: 1)
    #expect(try await status() == .delivered)
    let late = try await clinic.enter("late", .nurse)
    try await clinic.add(late, to: id, by: clinic.okafor)
    #expect(try await status() == .delivered)
    try await clinic.remove(clinic.lindqvist, from: id, by: clinic.okafor)
    #expect(try await status() == .read)
  },
]
