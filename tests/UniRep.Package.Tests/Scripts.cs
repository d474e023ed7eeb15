namespace UniRep.Package.Tests;

/// <summary>The scripts of the repository.</summary>
internal static class Scripts
{
    /// <summary>Lays the scripts out beside the packages, as in the repository.</summary>
    public static void CopyTo(LocalFeed feed)
    {
        feed.Write("artifacts/local-feed.fsx", $"#i @\"nuget: {feed.Packages}\"\n");
        foreach (var path in Directory.GetFiles(Repository.Find("scripts")))
        {
            if (Path.GetExtension(path) is ".fsx" or ".cs" or ".config")
            {
                feed.Write($"scripts/{Path.GetFileName(path)}", File.ReadAllText(path));
            }
        }
    }
}
