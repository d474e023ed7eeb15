using System.Runtime.InteropServices;

namespace UniRep.Package.Tests;

/// <summary>The files that the tool's packages have for the program.</summary>
internal static class ToolFiles
{
    /// <summary>Gets the system that the tests run on, as packages name it: linux-x64.</summary>
    public static string System { get; } =
        (
            OperatingSystem.IsWindows() ? "win-"
            : OperatingSystem.IsMacOS() ? "osx-"
            : RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal)
                ? "linux-musl-"
            : "linux-"
        ) + RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();

    /// <summary>Gets the program, its libraries and those of the web service, and open-1920, for every system.</summary>
    public static string[] Programs { get; } =
    [
        "Apache.Arrow.Scalars.dll",
        "Apache.Arrow.dll",
        "CsvHelper.dll",
        "DotnetToolSettings.xml",
        "FSharp.Core.dll",
        "Google.Protobuf.dll",
        "Grpc.AspNetCore.Server.ClientFactory.dll",
        "Grpc.AspNetCore.Server.dll",
        "Grpc.Core.Api.dll",
        "Grpc.Net.Client.dll",
        "Grpc.Net.ClientFactory.dll",
        "Grpc.Net.Common.dll",
        "ICSharpCode.SharpZipLib.dll",
        "MathNet.Numerics.dll",
        "Microsoft.AspNetCore.OpenApi.dll",
        "Microsoft.Data.Sqlite.dll",
        "Microsoft.OpenApi.dll",
        "OpenTelemetry.Api.ProviderBuilderExtensions.dll",
        "OpenTelemetry.Api.dll",
        "OpenTelemetry.Exporter.OpenTelemetryProtocol.dll",
        "OpenTelemetry.Exporter.Prometheus.AspNetCore.dll",
        "OpenTelemetry.Extensions.Hosting.dll",
        "OpenTelemetry.dll",
        "SQLitePCLRaw.batteries_v2.dll",
        "SQLitePCLRaw.core.dll",
        "SQLitePCLRaw.provider.e_sqlite3.dll",
        "Scalar.AspNetCore.dll",
        "SkiaSharp.dll",
        "System.CommandLine.dll",
        "TorchSharp.dll",
        "UniRep.Charts.dll",
        "UniRep.Compute.dll",
        "UniRep.Cuda.dll",
        "UniRep.Design.dll",
        "UniRep.FSharp.dll",
        "UniRep.Server.deps.json",
        "UniRep.Server.dll",
        "UniRep.Server.runtimeconfig.json",
        "UniRep.Torch.dll",
        "open-1920.safetensors",
        "runtimes/linux-arm64/native/libe_sqlite3.so",
        "runtimes/linux-musl-arm64/native/libe_sqlite3.so",
        "runtimes/linux-musl-x64/native/libe_sqlite3.so",
        "runtimes/linux-x64/native/libLibTorchSharp.so",
        "runtimes/linux-x64/native/libe_sqlite3.so",
        "runtimes/osx-arm64/native/libLibTorchSharp.dylib",
        "runtimes/osx-arm64/native/libe_sqlite3.dylib",
        "runtimes/osx-x64/native/libe_sqlite3.dylib",
        "runtimes/win-arm64/native/LibTorchSharp.dll",
        "runtimes/win-arm64/native/e_sqlite3.dll",
        "runtimes/win-x64/native/LibTorchSharp.dll",
        "runtimes/win-x64/native/e_sqlite3.dll",
        "unirep.deps.json",
        "unirep.dll",
        "unirep.runtimeconfig.json",
    ];

    /// <summary>Gets the same for one system: the native libraries of that system lie beside the program.</summary>
    public static string[] ProgramsFor(string system)
    {
        var natives = $"runtimes/{system}/native/";
        return
        [
            .. Programs
                .Where(name =>
                    !name.StartsWith("runtimes/", StringComparison.Ordinal)
                    || name.StartsWith(natives, StringComparison.Ordinal)
                )
                .Select(name => name.Replace(natives, "", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];
    }
}
