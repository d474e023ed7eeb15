namespace UniRep.Package.Tests;

/// <summary>The repository that the tests belong to.</summary>
internal static class Repository
{
    /// <summary>The nearest folder above the test program that holds the solution.</summary>
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    /// <summary>What the tests, and all they test, are built as: Debug or Release.</summary>
    public static string Configuration { get; } =
        new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    public static string Find(params string[] place) => Path.Combine([Root, .. place]);

    private static string Find(DirectoryInfo folder) =>
        File.Exists(Path.Combine(folder.FullName, "UniRep.FSharp.sln"))
            ? folder.FullName
            : Find(folder.Parent!);
}
