namespace UniRep.Cli.Tests;

/// <summary>The repository that the tests belong to.</summary>
internal static class Repository
{
    /// <summary>The nearest folder above the test program that holds the solution.</summary>
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    private static string Find(DirectoryInfo folder) =>
        File.Exists(Path.Combine(folder.FullName, "UniRep.FSharp.sln"))
            ? folder.FullName
            : Find(folder.Parent!);
}
