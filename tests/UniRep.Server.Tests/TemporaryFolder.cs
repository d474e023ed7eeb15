namespace UniRep.Server.Tests;

/// <summary>A folder of a test's own, deleted with it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("unirep-server-");

    public string File(string name) => Path.Combine(_folder.FullName, name);

    public string[] Files() => [.. _folder.GetFiles().Select(file => file.Name).Order()];

    public string Write(string name, string text)
    {
        System.IO.File.WriteAllText(File(name), text);
        return File(name);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
