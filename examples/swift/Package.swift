// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "wardline-examples",
  dependencies: [
    // Yours would name the repository's address and a version.
    .package(name: "wardline", path: "../..")
  ],
  targets: [
    .executableTarget(
      name: "hello",
      dependencies: [.product(name: "WardlineClient", package: "wardline")]
    ),
    .executableTarget(
      name: "storage",
      dependencies: [.product(name: "WardlineChat", package: "wardline")]
    ),
  ]
)
