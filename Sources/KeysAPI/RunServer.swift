public import Hummingbird
public import Logging
import ServiceLifecycle
import UnixSignals

/// Runs a server until it is told to stop by SIGTERM or SIGINT, or the task is cancelled.
///
/// Requests in flight are finished; connections that are still open after the configured grace are closed.
///
/// - Parameters:
///   - application: From ``buildApplication(configuration:keys:catalog:logger:clock:onListening:transport:)``.
///   - configuration: The same that it was built with.
///   - logger: For the start and the stop.
/// - Throws: What kept the server from listening, such as a port that is taken.
public func runServer(
    _ application: some ApplicationProtocol, configuration: ServerConfiguration, logger: Logger
) async throws {
    var group = ServiceGroupConfiguration(
        services: [application], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    // The connections close by themselves first; this is for what is stuck elsewhere.
    group.maximumGracefulShutdownDuration = configuration.shutdownGrace + .seconds(1)
    try await ServiceGroup(configuration: group).run()
}
