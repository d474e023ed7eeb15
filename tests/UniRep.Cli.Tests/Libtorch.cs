namespace UniRep.Cli.Tests;

/// <summary>The libtorch among the packages that the tests of UniRep.Torch download.</summary>
internal static class Libtorch
{
    /// <summary>Gets its folder; skips the test where it is not.</summary>
    public static string Folder
    {
        get
        {
            var packages =
                Environment.GetEnvironmentVariable("NUGET_PACKAGES")
                ?? Path.Combine(
                    Environment.GetEnvironmentVariable("DOTNET_CLI_HOME")
                        ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
                    ".nuget",
                    "packages"
                );
            var folder = Path.Combine(
                packages,
                "libtorch-cpu-linux-x64",
                "2.10.0",
                "runtimes",
                "linux-x64",
                "native"
            );
            Assert.SkipUnless(
                Directory.Exists(folder) && OperatingSystem.IsLinux(),
                "libtorch is not here: build tests/UniRep.Torch.Tests, or `dotnet package download libtorch-cpu-linux-x64@2.10.0`"
            );
            return folder;
        }
    }
}
