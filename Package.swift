// swift-tools-version: 6.2
import PackageDescription

// Warnings are errors in CI only: a newcomer with a newer compiler must still be able to build.
let strict = Context.environment["CI"] != nil

let settings: [SwiftSetting] =
  [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  ] + (strict ? [.treatAllWarnings(as: .error)] : [])

func nio(_ product: String) -> Target.Dependency { .product(name: product, package: "swift-nio") }

/// What starts programs, and the paths that it takes.
let subprocess: [Target.Dependency] = [
  .product(name: "Subprocess", package: "swift-subprocess"),
  .product(name: "SystemPackage", package: "swift-system"),
]

/// A Swift library or executable of `Sources/`, with the settings that every target shares.
func library(
  _ name: String,
  _ dependencies: [Target.Dependency],
  exclude: [String] = []
) -> Target {
  .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

func executable(
  _ name: String,
  path: String? = nil,
  _ dependencies: [Target.Dependency],
  exclude: [String] = []
) -> Target {
  .executableTarget(
    name: name,
    dependencies: dependencies,
    path: path,
    exclude: exclude,
    swiftSettings: settings
  )
}

func tests(
  _ name: String,
  _ dependencies: [Target.Dependency],
  exclude: [String] = [],
  resources: [Resource] = []
) -> Target {
  .testTarget(
    name: name,
    dependencies: dependencies,
    exclude: exclude,
    resources: resources,
    swiftSettings: settings
  )
}

let package = Package(
  name: "wardline",
  products: [
    .executable(name: "wardline", targets: ["wardline"]),
    .executable(name: "protoc-gen-swift-ttrpc", targets: ["protoc-gen-swift-ttrpc"]),
    .library(name: "TTRPC", targets: ["TTRPC", "RPC", "ProtobufC"]),
    .library(name: "WardlineClient", targets: ["WardlineClient", "WardlineAPI"]),
    .library(
      name: "WardlineChat",
      targets: ["ChatModel", "ChatRepository", "SQLiteRepository", "ChatService", "WardlineRPC"]
    ),
  ],
  dependencies: [
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-asn1.git", from: "1.7.0"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.19.0"),
    .package(url: "https://github.com/apple/swift-collections.git", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.1.0"),
    .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.9.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.0"),
    .package(url: "https://github.com/apple/swift-nio-http2.git", from: "1.46.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.5.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
    .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.30.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.0"),
  ],
  targets: [
    // Protobuf-c and what protoc-c generated.
    .systemLibrary(
      name: "CProtobufC",
      pkgConfig: "libprotobuf-c",
      providers: [.apt(["libprotobuf-c-dev"])]
    ),
    .target(name: "CTTRPCProto", dependencies: ["CProtobufC"]),
    .target(name: "CServiceProto", dependencies: ["CProtobufC"]),
    .target(name: "CWardlineProto", dependencies: ["CProtobufC"]),
    .target(name: "CThreadArena"),
    // Compression, and the web app's files as the compiler puts them into the program.
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "CWebApp"),
    library("ProtobufC", ["CProtobufC", "CThreadArena", nio("NIOCore")]),

    // The stream engine, which knows nothing of chat.
    library("RPC", [nio("NIOCore")]),
    library(
      "ServerEngine",
      [
        "RPC", "ProtobufC", nio("NIOCore"), nio("NIOTLS"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ]
    ),
    library("TTRPCWire", [nio("NIOCore")]),
    library(
      "TTRPC",
      [
        "TTRPCWire", "RPC", "ServerEngine", "ProtobufC", "CTTRPCProto", "CProtobufC",
        nio("NIOCore"), nio("NIOPosix"), nio("NIOTLS"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ]
    ),
    library(
      "GRPCTransport",
      [
        "CZlib", "RPC", "ServerEngine", "ProtobufC", nio("NIOCore"), nio("NIOPosix"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "NIOHPACK", package: "swift-nio-http2"),
        .product(name: "NIOHTTP2", package: "swift-nio-http2"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ]
    ),
    library(
      "RPCInterceptors",
      [
        "PrometheusMetrics", "RPC", nio("NIOCore"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
      ]
    ),
    library(
      "ProtobufSchema",
      ["ProtobufC", "RPC", .product(name: "SwiftProtobuf", package: "swift-protobuf")]
    ),
    library("ServiceAPI", ["CServiceProto", "ProtobufC", "RPC"]),
    library(
      "ServerServices",
      [
        "ProtobufSchema", "RPC", "ServiceAPI", nio("NIOCore"),
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ]
    ),
    library("PrometheusMetrics", [.product(name: "Metrics", package: "swift-metrics")]),
    library(
      "WardlineAdmin",
      [
        "PrometheusMetrics", nio("NIOCore"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ]
    ),
    executable(
      "protoc-gen-swift-ttrpc",
      [
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
        .product(name: "SwiftProtobufPluginLibrary", package: "swift-protobuf"),
      ]
    ),

    // Chat, which knows no transport and no SQL.
    library("ChatModel", []),
    library("ChatRepository", ["ChatModel"]),
    library(
      "SQLiteRepository",
      [
        "ChatModel", "ChatRepository", .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
        .product(name: "Logging", package: "swift-log"),
      ]
    ),
    library(
      "ChatService",
      [
        "ChatModel", "ChatRepository",
        .product(name: "HeapModule", package: "swift-collections"),
      ]
    ),
    // The bytes of attachments, and the programs and services that look into them.
    library(
      "AttachmentStorage",
      [
        "ChatModel", "ChatService", nio("NIOCore"), nio("NIOHTTP1"), nio("NIOPosix"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
      ] + subprocess
    ),

    // Where the two meet.
    library("WardlineAPI", ["CWardlineProto", "ProtobufC", "RPC", nio("NIOCore")]),
    library(
      "Identity",
      [
        "ChatModel", .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "JWTKit", package: "jwt-kit"),
        .product(name: "Logging", package: "swift-log"),
      ]
    ),
    // Signing in with issuers of OpenID Connect.
    library(
      "OpenIDConnect",
      [
        "ChatModel", "Identity", nio("NIOCore"), nio("NIOHTTP1"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "JWTKit", package: "jwt-kit"),
      ]
    ),
    library(
      "WardlineRPC",
      [
        "WardlineAPI", "ProtobufC", "ChatModel", "ChatService", "ChatRepository", "RPC",
        nio("NIOCore"),
      ]
    ),
    // The chat over HTTP, and the web app.
    library(
      "WardlineGateway",
      [
        "CWebApp", "CZlib", "ChatModel", "OpenIDConnect", "ProtobufC", "RPC", "ServerEngine",
        "WardlineAPI",
        nio("NIOCore"), nio("NIOHTTP1"), nio("NIOWebSocket"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
        .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      exclude: ["Web/app"]
    ),
    library(
      "LoadGeneration",
      [
        "RPC", "TTRPC", "TTRPCWire", nio("NIOCore"), nio("NIOPosix"),
        .product(name: "Histogram", package: "hdrhistogram-swift"),
        .product(name: "NIOHPACK", package: "swift-nio-http2"),
        .product(name: "NIOHTTP2", package: "swift-nio-http2"),
      ]
    ),
    library(
      "WardlineClient",
      [
        "ProtobufC", "WardlineAPI", "TTRPC", "RPC", nio("NIOCore"), nio("NIOPosix"),
        .product(name: "Crypto", package: "swift-crypto"),
      ]
    ),
    executable(
      "wardline",
      [
        "AttachmentStorage", "ChatModel", "ChatRepository", "ChatService", "GRPCTransport",
        "Identity", "LoadGeneration", "OpenIDConnect", "PrometheusMetrics", "ProtobufC",
        "ProtobufSchema", "RPC", "RPCInterceptors",
        "SQLiteRepository", "ServerEngine", "ServerServices", "ServiceAPI", "TTRPC",
        "WardlineAdmin",
        "WardlineAPI", "WardlineClient", "WardlineGateway", "WardlineRPC",
        nio("NIOCore"), nio("NIOPosix"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Configuration", package: "swift-configuration"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ] + subprocess
    ),

    // What is measured, and what measures.
    .target(name: "CBenchProto", dependencies: ["CProtobufC"], path: "bench/CBenchProto"),
    .target(
      name: "BenchAPI",
      dependencies: ["CBenchProto", "ProtobufC", "RPC"],
      path: "bench/BenchAPI",
      swiftSettings: settings
    ),
    executable(
      "wardline-bench",
      path: "bench/wardline-bench",
      [
        "BenchAPI", "ChatModel", "ChatRepository", "ChatService", "GRPCTransport", "LoadGeneration",
        "PrometheusMetrics", "ProtobufC", "RPC", "RPCInterceptors", "SQLiteRepository",
        "ServerServices", "ServiceAPI", "TTRPC", "TTRPCWire", "WardlineAPI", "WardlineGateway",
        "WardlineRPC",
        nio("NIOCore"), nio("NIOPosix"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
      ] + subprocess
    ),

    executable(
      "wardline-instructions",
      path: "bench/instructions",
      [
        "BenchAPI", "PrometheusMetrics", "ProtobufC", "RPC", "RPCInterceptors", "TTRPC",
        "TTRPCWire", nio("NIOCore"), nio("NIOEmbedded"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      exclude: ["thresholds.json"]
    ),

    // The programs of examples/swift, which is a package of its own for everybody else.
    executable(
      "hello-example",
      path: "examples/swift/Sources/hello",
      ["WardlineClient", "WardlineAPI", "TTRPC"]
    ),
    executable(
      "storage-example",
      path: "examples/swift/Sources/storage",
      ["ChatModel", "ChatRepository", "SQLiteRepository"]
    ),

    // Tests mirror targets.
    tests("ChatModelTests", ["ChatModel"]),
    .target(name: "SeededRandom", path: "Tests/SeededRandom", swiftSettings: settings),
    tests("TTRPCWireTests", ["SeededRandom", "TTRPCWire", nio("NIOCore")]),

    // Unlike files for the code generator; their output is committed, as ours is.
    .target(name: "CProbeProto", dependencies: ["CProtobufC"], path: "Tests/CProbeProto"),
    .target(
      name: "ProbeAPI",
      dependencies: ["CProbeProto", "ProtobufC", "RPC"],
      path: "Tests/ProbeAPI",
      swiftSettings: settings
    ),
    tests(
      "ProtobufCTests",
      ["ProtobufC", "CProtobufC", "CTTRPCProto", "ProbeAPI", "WardlineAPI", nio("NIOCore")]
    ),
    tests(
      "GeneratorTests",
      [
        "ProbeAPI", "ProtobufC", "RPC", "protoc-gen-swift-ttrpc", nio("NIOCore"),
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
        .product(name: "SwiftProtobufPluginLibrary", package: "swift-protobuf"),
      ]
    ),
    .target(
      name: "RepositoryContract",
      dependencies: ["ChatModel", "ChatRepository"],
      path: "Tests/RepositoryContract",
      swiftSettings: settings
    ),
    tests(
      "SQLiteRepositoryTests",
      [
        "ChatModel", "ChatRepository", "RepositoryContract", "SQLiteRepository", "SeededRandom",
        "ServerProcess",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Logging", package: "swift-log"),
      ]
    ),
    // A disk that fails by plan, for the tests of what is lost when it does.
    .target(
      name: "CFaultVFS",
      path: "Tests/CFaultVFS",
      linkerSettings: [.linkedLibrary("sqlite3")]
    ),
    tests(
      "StorageFaultTests",
      [
        "CFaultVFS", "ChatModel", "ChatRepository", "SQLiteRepository", "SeededRandom",
        "ServerProcess", .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Logging", package: "swift-log"),
      ]
    ),
    tests(
      "IdentityTests",
      [
        "Identity", "ChatModel", .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "JWTKit", package: "jwt-kit"),
        .product(name: "Logging", package: "swift-log"),
      ]
    ),
    // Tests of the built server from outside.
    .target(
      name: "ServerProcess",
      dependencies: subprocess,
      path: "Tests/ServerProcess",
      swiftSettings: settings
    ),
    tests("ServerProcessTests", ["ServerProcess"]),

    // The calls that the interop cases make, a server of them and a client that runs the cases.
    .target(
      name: "CInteropProto",
      dependencies: ["CProtobufC"],
      path: "Tests/CInteropProto"
    ),
    .target(
      name: "InteropAPI",
      dependencies: ["CInteropProto", "ProtobufC", "RPC"],
      path: "Tests/InteropAPI",
      swiftSettings: settings
    ),
    .target(
      name: "Interop",
      dependencies: [
        "GRPCTransport", "InteropAPI", "RPC", "TTRPC", nio("NIOCore"), nio("NIOPosix"),
        .product(name: "Logging", package: "swift-log"),
      ],
      path: "Tests/Interop",
      swiftSettings: settings
    ),
    executable("interop-server", path: "Tests/interop-server", ["Interop", "TTRPC"]),
    executable("interop-client", path: "Tests/interop-client", ["Interop", "TTRPC"]),
    tests(
      "ConformanceTests",
      [
        "Interop", "InteropAPI", "RPC", "ServerProcess", "TTRPC", "TestCertificates",
        "interop-client", "interop-server", "wardline", nio("NIOCore"), nio("NIOPosix"),
      ],
      exclude: ["peer", "go", "grpc", "rest", "rust"]
    ),
    tests(
      "FaultTests",
      [
        "SeededRandom", "ServerProcess", "wardline", "TTRPC", "RPC", "WardlineAPI",
        "WardlineClient", nio("NIOCore"), nio("NIOPosix"),
      ]
    ),
    tests(
      "AttackTests",
      [
        "SeededRandom", "ServerProcess", "wardline", "ProtobufC", "TTRPC", "TTRPCWire", "RPC",
        "WardlineAPI", nio("NIOCore"), nio("NIOPosix"),
      ]
    ),
    tests(
      "WardlineClientTests",
      [
        "SeededRandom", "WardlineClient", "WardlineAPI", "ProtobufC", "RPC", "TTRPC",
        nio("NIOCore"),
      ]
    ),
    // Shared by the fuzzer below and by the tests that play back what it found.
    .target(
      name: "FuzzTargets",
      dependencies: [
        "ChatModel", "GRPCTransport", "Identity", "ProbeAPI", "ProtobufC", "RPC", "TTRPC",
        "TTRPCWire", "WardlineAPI", nio("NIOCore"), nio("NIOEmbedded"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
      ],
      path: "Tests/FuzzTargets",
      exclude: ["Corpus"],
      swiftSettings: settings
    ),
    tests("FuzzTests", ["FuzzTargets", "WardlineAPI", "ProtobufC"]),
    tests(
      "GRPCTransportTests",
      [
        "CZlib", "GRPCTransport", "RPC", "ServerEngine", nio("NIOCore"), nio("NIOPosix"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOHPACK", package: "swift-nio-http2"),
        .product(name: "NIOHTTP2", package: "swift-nio-http2"),
      ]
    ),
    tests("ServerEngineTests", ["ServerEngine", nio("NIOCore")]),
    tests("RPCTests", ["RPC", nio("NIOCore"), nio("NIOEmbedded"), nio("NIOPosix")]),
    // Certificates that tests make for themselves.
    .target(
      name: "TestCertificates",
      dependencies: [
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "SwiftASN1", package: "swift-asn1"),
        .product(name: "X509", package: "swift-certificates"),
      ],
      path: "Tests/TestCertificates",
      swiftSettings: settings
    ),
    tests(
      "ClientChannelTests",
      [
        "RPC", "SeededRandom", "TTRPC", nio("NIOCore"), nio("NIOPosix"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "MetricsTestKit", package: "swift-metrics"),
      ]
    ),
    tests(
      "RPCInterceptorsTests",
      [
        "PrometheusMetrics", "RPC", "RPCInterceptors", nio("NIOCore"), nio("NIOPosix"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
      ]
    ),
    tests(
      "PrometheusMetricsTests",
      ["PrometheusMetrics", .product(name: "Metrics", package: "swift-metrics")]
    ),
    tests(
      "ProtobufSchemaTests",
      ["ProbeAPI", "ProtobufC", "ProtobufSchema", "RPC", "WardlineAPI", nio("NIOCore")]
    ),
    tests(
      "ServerServicesTests",
      [
        "ProtobufC", "ProtobufSchema", "RPC", "ServerServices", "ServiceAPI", "TTRPC",
        "WardlineAPI", nio("NIOCore"), nio("NIOPosix"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ]
    ),
    tests(
      "WardlineAdminTests",
      [
        "GRPCTransport", "PrometheusMetrics", "RPC", "RPCInterceptors", "TTRPC", "WardlineAdmin",
        "WardlineGateway", nio("NIOCore"), nio("NIOPosix"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
      ]
    ),
    tests(
      "TTRPCTests",
      [
        "ProtobufC", "RPC", "SeededRandom", "ServerEngine", "ServerProcess", "TTRPC",
        "TTRPCWire", "TestCertificates",
        nio("NIOCore"), nio("NIOEmbedded"), nio("NIOPosix"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "MetricsTestKit", package: "swift-metrics"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "X509", package: "swift-certificates"),
      ]
    ),
    tests(
      "LoadGenerationTests",
      [
        "LoadGeneration", "RPC", "TTRPC", "TTRPCWire", "TestCertificates", nio("NIOCore"),
        nio("NIOEmbedded"), nio("NIOPosix"),
        .product(name: "Histogram", package: "hdrhistogram-swift"),
        .product(name: "NIOHPACK", package: "swift-nio-http2"),
        .product(name: "NIOHTTP2", package: "swift-nio-http2"),
        .product(name: "Logging", package: "swift-log"),
      ]
    ),
    tests(
      "ChatServiceTests",
      [
        "AttachmentStorage", "ChatModel", "ChatRepository", "ChatService", "SQLiteRepository",
        "SeededRandom", .product(name: "Crypto", package: "swift-crypto"),
      ]
    ),
    tests(
      "AttachmentStorageTests",
      [
        "AttachmentStorage", "ChatModel", "ChatService", "SeededRandom", "ServerProcess",
        nio("NIOCore"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
      ]
    ),
    tests(
      "WardlineRPCTests",
      [
        "AttachmentStorage", "ChatModel", "ChatService", "PrometheusMetrics", "ProtobufC", "RPC",
        "SQLiteRepository",
        "TTRPC", "WardlineAPI", "WardlineRPC", nio("NIOCore"), nio("NIOPosix"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Logging", package: "swift-log"),
      ],
      exclude: ["policy-matrix.txt"]
    ),
    // An issuer of OpenID Connect, honest or not.
    .target(
      name: "FakeIssuer",
      dependencies: [
        nio("NIOCore"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
      ],
      path: "Tests/FakeIssuer",
      swiftSettings: settings
    ),
    tests(
      "OpenIDConnectTests",
      [
        "ChatModel", "FakeIssuer", "OpenIDConnect", nio("NIOCore"), nio("NIOHTTP1"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Crypto", package: "swift-crypto"),
      ]
    ),
    tests(
      "WardlineGatewayTests",
      [
        "AttachmentStorage", "ChatModel", "ChatService", "FakeIssuer", "OpenIDConnect",
        "PrometheusMetrics", "ProtobufC", "RPC", "SQLiteRepository", "SeededRandom", "WardlineAPI",
        "WardlineGateway", "WardlineRPC",
        nio("NIOCore"), nio("NIOFoundationCompat"), nio("NIOHTTP1"), nio("NIOPosix"),
        nio("NIOWebSocket"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
      ]
    ),
    tests(
      "WardlineTests",
      [
        "ChatModel", "ChatService", "Identity", "OpenIDConnect", "SeededRandom", "ServerProcess",
        "TestCertificates", "wardline",
        "ProtobufSchema", "RPC", "RPCInterceptors", "TTRPC", "WardlineAPI", "WardlineClient",
        "WardlineGateway",
        nio("NIOPosix"),
        nio("NIOCore"),
        nio("NIOEmbedded"),
        nio("NIOHTTP1"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ]
    ),
    tests("TidyTests", []),
    tests("ExampleTests", ["ServerProcess", "hello-example", "storage-example", "wardline"]),
  ]
)

// The sanitizers look at the engine's tests only (see the Makefile), and need not build the rest.
if let chosen = Context.environment["WARDLINE_TESTS"] {
  var wanted = Set(chosen.split(separator: " ").map(String.init))
  var count = 0
  while wanted.count != count {
    count = wanted.count
    for target in package.targets where wanted.contains(target.name) {
      for case .byNameItem(let name, _) in target.dependencies { wanted.insert(name) }
    }
  }
  package.targets.removeAll { !wanted.contains($0.name) }
  package.products = []
}

// `make fuzz`: our own code watched by the address sanitizer, and by libFuzzer for what it reaches.
if Context.environment["WARDLINE_FUZZ"] != nil {
  let sanitizers = "-sanitize=fuzzer,address"
  for target in package.targets where [.regular, .executable].contains(target.type) {
    target.swiftSettings = (target.swiftSettings ?? []) + [.unsafeFlags([sanitizers])]
    target.cSettings =
      (target.cSettings ?? []) + [.unsafeFlags(["-fsanitize=fuzzer-no-link,address"])]
  }
  package.targets += [
    .systemLibrary(name: "CLibFuzzer", path: "Tests/CLibFuzzer"),
    .executableTarget(
      name: "wardline-fuzz",
      dependencies: ["CLibFuzzer", "FuzzTargets"],
      path: "Tests/Fuzzer",
      swiftSettings: settings + [.unsafeFlags([sanitizers, "-parse-as-library"])],
      linkerSettings: [.unsafeFlags([sanitizers, "-use-ld=lld"])]
    ),
  ]
}
