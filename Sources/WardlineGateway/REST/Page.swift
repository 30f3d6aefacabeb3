/// A part of a list, with how to get at the parts beside it.
struct Page<Item: Sendable>: Sendable {
  var items: [Item]
  /// Whether there is more in the direction of paging.
  var hasMore: Bool
  var before = ""
  var after = ""

  /// A page of a list that is read in one direction.
  ///
  /// - Parameter next: names the next page; empty on the last one.
  init(_ items: [Item], next: String) {
    self.items = items
    hasMore = !next.isEmpty
    after = next
  }

  init(_ items: [Item], hasMore: Bool, before: String, after: String) {
    self.items = items
    self.hasMore = hasMore
    self.before = before
    self.after = after
  }
}

extension ObjectShape {
  /// Pages of the things of this shape.
  func page(_ name: String? = nil) -> ObjectShape<Page<Value>> {
    ObjectShape<Page<Value>>(
      name ?? "\(self.name)Page",
      [
        .list("data", self) { $0.items },
        .flag("has_more") { $0.hasMore },
        .optionalText("before") { $0.before },
        .optionalText("after") { $0.after },
      ]
    )
  }

  /// All things of this shape at once.
  func list() -> ObjectShape<[Value]> {
    ObjectShape<[Value]>("\(name)List", [.list("data", self) { $0 }])
  }
}
