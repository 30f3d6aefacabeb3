/// A part of a list, and whether more of it follows.
public struct Page<Element: Hashable & Sendable>: Hashable, Sendable {
  public var items: [Element]
  /// Whether the list goes on after the last item.
  public var hasMore: Bool

  public init(items: [Element], hasMore: Bool) {
    self.items = items
    self.hasMore = hasMore
  }
}
