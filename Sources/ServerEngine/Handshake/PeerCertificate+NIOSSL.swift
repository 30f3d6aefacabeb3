package import NIOSSL
package import RPC

extension PeerCertificate {
  /// Reads the names that identities are mapped from.
  ///
  /// A name that is not UTF-8 or holds U+0000 is left out: it could be taken for another.
  package init(_ certificate: NIOSSLCertificate) {
    var uris: [String] = []
    var dnsNames: [String] = []
    for name in certificate._subjectAlternativeNames() {
      guard let text = String(validating: name.contents, as: UTF8.self), !text.utf8.contains(0)
      else { continue }
      switch name.nameType {
      case .uri: uris.append(text)
      case .dnsName: dnsNames.append(text.lowercased())
      default: break
      }
    }
    let commonNames = certificate.subjectName.filter { $0.type == .commonName }.map(\.value)
    let commonName = commonNames.count == 1 ? commonNames.first : nil
    self.init(
      uris: uris,
      dnsNames: dnsNames,
      commonName: commonName.flatMap { $0.utf8.contains(0) ? nil : $0 },
      notAfter: Int64(certificate.notValidAfter)
    )
  }
}
