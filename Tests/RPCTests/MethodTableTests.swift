import RPC
import Testing

extension MethodTable {
  fileprivate func find(_ service: String, _ method: String) -> String {
    var service = service
    var method = method
    return service.withUTF8 { service in
      method.withUTF8 { method in
        switch find(service: .init(service), method: .init(method)) {
        case .found(let found): found.descriptor.fullName
        case .unknownMethod: "unknown method"
        case .unknownService: "unknown service"
        }
      }
    }
  }
}

@Suite("Method table")
struct MethodTableTests {
  @Test("a method is found by the bytes of its two names")
  func finds() throws {
    let table = try MethodTable([.blank("a.B", "Get"), .blank("a.B", "Put"), .blank("a.C", "Get")])
    #expect(table.find("a.B", "Get") == "a.B/Get")
    #expect(table.find("a.B", "Put") == "a.B/Put")
    #expect(table.find("a.C", "Get") == "a.C/Get")
    #expect(table.methods.map(\.descriptor.fullName) == ["a.B/Get", "a.B/Put", "a.C/Get"])
  }

  @Test("an unknown method of a known service is told from an unknown service")
  func unknown() throws {
    let table = try MethodTable([.blank("a.B", "Get")])
    #expect(table.find("a.B", "get") == "unknown method")
    #expect(table.find("a.B", "") == "unknown method")
    #expect(table.find("a.b", "Get") == "unknown service")
    #expect(table.find("", "") == "unknown service")
    #expect(table.find("a.B", "Get\0") == "unknown method")
  }

  @Test("where one name ends and the other begins matters")
  func boundary() throws {
    let table = try MethodTable([.blank("a.BG", "et"), .blank("a.B", "Get")])
    #expect(table.find("a.BG", "et") == "a.BG/et")
    #expect(table.find("a.B", "Get") == "a.B/Get")
    #expect(table.find("a.BGe", "t") == "unknown service")
  }

  @Test("every byte of both names counts, whatever their length", arguments: 1...33)
  func everyByte(length: Int) throws {
    let name = String(repeating: "n", count: length)
    let table = try MethodTable([.blank("a.B", name), .blank(name, "Get")])
    #expect(table.find("a.B", name) == "a.B/\(name)")
    #expect(table.find(name, "Get") == "\(name)/Get")
    for index in 0..<length {
      let other = String(name.enumerated().map { $0 == index ? "o" : $1 })
      #expect(table.find("a.B", other) == "unknown method")
      #expect(table.find(other, "Get") == "unknown service")
    }
    #expect(table.find("a.B", name + "n") == "unknown method")
    #expect(table.find("a.B", String(name.dropLast())) == "unknown method")
  }

  @Test("a table without methods knows nothing and still answers")
  func empty() throws {
    #expect(try MethodTable([]).find("a.B", "Get") == "unknown service")
  }

  @Test("the same method twice is refused with its name")
  func duplicate() {
    let error = #expect(throws: MethodTable.DuplicateMethod.self) {
      try MethodTable([.blank("a.B", "Get"), .blank("a.C", "Get"), .blank("a.B", "Get")])
    }
    #expect(error?.fullName == "a.B/Get")
  }

  @Test("a thousand methods are all found, however their places collide")
  func many() throws {
    // Sixteen times more names than a small table has places: many share one.
    let methods = (0..<1000).map { ServerMethod.blank("s\($0 % 7).S", "M\($0)") }
    let table = try MethodTable(methods)
    for index in 0..<1000 {
      #expect(table.find("s\(index % 7).S", "M\(index)") == "s\(index % 7).S/M\(index)")
      #expect(table.find("s\((index + 1) % 7).S", "M\(index)") == "unknown method")
    }
  }
}
