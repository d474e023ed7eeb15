namespace UniRep.Package.Tests;

/// <summary>The scripts of the repository.</summary>
internal static class Scripts
{
    /// <summary>Lays the scripts out beside the packages, as in the repository.</summary>
    public static void CopyTo(LocalFeed feed)
    {
        feed.Write("artifacts/local-feed.fsx", $"#i @\"nuget: {feed.Packages}\"\n");
        var scripts = Repository.Find("scripts");
        foreach (var path in Directory.GetFiles(scripts, "*", SearchOption.AllDirectories))
        {
            if (Path.GetExtension(path) is ".fsx" or ".cs" or ".config")
            {
                feed.Write(
                    $"scripts/{Path.GetRelativePath(scripts, path)}",
                    File.ReadAllText(path)
                );
            }
        }
    }
}
