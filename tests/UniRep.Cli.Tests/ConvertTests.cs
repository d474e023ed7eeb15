using System.IO.Compression;
using System.Text.Json;

namespace UniRep.Cli.Tests;

/// <summary>Models that go to jax-unirep 3.0, to the authors' program, and back.</summary>
public sealed class ConvertTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_goes_through_every_format_with_the_same_numbers()
    {
        Convert("open-256", "a.npz").AssertDone();
        Convert("a.npz", "folder/").AssertDone();
        Convert("folder", "b.safetensors").AssertDone();
        Convert("b.safetensors", "b.npz").AssertDone();
        var fingerprint = Fact("open-256", "fingerprint");
        Assert.Equal(fingerprint, Fact("a.npz", "fingerprint"));
        Assert.Equal(fingerprint, Fact("folder", "fingerprint"));
        Assert.Equal(fingerprint, Fact("b.npz", "fingerprint"));
        Assert.Equal(_folder.Read("a.npz"), _folder.Read("b.npz"));
        Assert.Equal("JaxNpz", Fact("a.npz", "layout"));
        Assert.Equal("open-256", Fact("a.npz", "model"));
        Assert.Equal(["a.npz", "b.npz", "b.safetensors"], _folder.Files);
    }

    [Fact]
    public void An_archive_has_the_arrays_of_jax_unirep()
    {
        var outcome = Convert("open-256", "a.npz").AssertDone();
        Assert.Contains(
            "a.npz: this format holds no name or licence; pass them on with it: open-256, CC-BY-4.0",
            outcome.Error,
            StringComparison.Ordinal
        );
        using var zip = new ZipArchive(new MemoryStream(_folder.Read("a.npz")));
        string[] parameters = ["b", "gh", "gmh", "gmx", "gx", "wh", "wmh", "wmx", "wx"];
        Assert.Equal(
            [
                "embedding.npy",
                .. parameters.Select(name => $"mlstm.0.{name}.npy"),
                "dense.w.npy",
                "dense.b.npy",
            ],
            zip.Entries.Select(entry => entry.FullName)
        );
        Assert.All(zip.Entries, entry => Assert.Equal(entry.Length, entry.CompressedLength));
    }

    [Theory]
    [InlineData("_0.npy", "--no-colon")]
    [InlineData(":0.npy")]
    public void A_folder_has_the_file_names_of_the_authors(string ending, params string[] options)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file names with a colon");
        Directory.CreateDirectory(Path.Combine(_folder.Path, "empty"));
        Unirep
            .Run(_folder.Path, ["weights", "convert", "open-256", "empty", .. options])
            .AssertDone();
        var files = Directory
            .GetFiles(Path.Combine(_folder.Path, "empty"))
            .Select(Path.GetFileName)
            .ToArray();
        Assert.Equal(12, files.Length);
        Assert.Contains($"embed_matrix{ending}", files);
        Assert.Contains($"fully_connected_weights{ending}", files);
        Assert.Contains($"rnn_mlstm_mlstm_wmh{ending}", files);
    }

    [Fact]
    public void What_is_there_is_not_replaced_unasked()
    {
        _folder.Write("a.npz", "precious");
        Convert("open-256", "a.npz").AssertFailed(2, "a.npz: exists already: give --overwrite");
        Assert.Equal("precious", _folder.ReadText("a.npz"));
        Directory.CreateDirectory(Path.Combine(_folder.Path, "full"));
        _folder.Write("full/mine", "precious");
        Convert("open-256", "full/").AssertFailed(2, "full/: is a folder that is not empty");
        Unirep
            .Run(_folder.Path, "weights", "convert", "open-256", "full", "--overwrite")
            .AssertFailed(2, "full: is a folder that is not empty");
        Assert.Equal("precious", _folder.ReadText("full/mine"));
        Directory.CreateDirectory(Path.Combine(_folder.Path, "b.npz"));
        Convert("open-256", "b.npz").AssertFailed(2, "b.npz: is a folder");
        Unirep
            .Run(_folder.Path, "weights", "convert", "open-256", "a.npz", "--overwrite")
            .AssertDone();
        Assert.Equal("JaxNpz", Fact("a.npz", "layout"));
    }

    [Theory]
    [InlineData("must end in .safetensors, in .npz, or in / for a folder", "a.pkl")]
    [InlineData("--name: only a .safetensors file holds the model's name", "a.npz", "--name", "x")]
    [InlineData("--no-colon: only the files of a folder", "a.npz", "--no-colon")]
    public void What_cannot_be_written_is_told_before_anything_is_read(
        string message,
        params string[] arguments
    )
    {
        Unirep
            .Run(_folder.Path, ["weights", "convert", "no-such-model", .. arguments])
            .AssertFailed(2, message);
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_told()
    {
        Convert("open-256", "none/a.npz").AssertFailed(4, "none/a.npz: ");
        Convert("open-256", "none/folder/").AssertFailed(4, "none/folder/: ");
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public void Archives_that_are_no_model_are_told()
    {
        _folder.Write("in.fasta", ">a\nMKTAYIAKQR\n");
        Unirep.Run(_folder.Path, "embed", "in.fasta", "-o", "reps.npz").AssertDone();
        Unirep
            .Run(_folder.Path, "weights", "info", "reps.npz")
            .AssertFailed(3, "reps.npz: representations of sequences, not weights");
        Convert("open-256", "a.npz").AssertDone();
        _folder.Write("cut.npz", _folder.Read("a.npz")[..^100]);
        Unirep
            .Run(_folder.Path, "embed", "in.fasta", "--weights", "cut.npz", "-o", "o.npz")
            .AssertFailed(3, "cut.npz: a zip archive that is damaged or cut off");
    }

    [Fact]
    public void Vectors_do_not_replace_the_model_they_come_from()
    {
        _folder.Write("in.fasta", ">a\nMKTAYIAKQR\n");
        Directory.CreateDirectory(Path.Combine(_folder.Path, "iter_3"));
        Convert("open-256", "iter_3/model_weights.npz").AssertDone();
        var model = _folder.Read("iter_3/model_weights.npz");
        Run(
                "embed",
                "in.fasta",
                "--weights",
                "iter_3",
                "-o",
                "iter_3/model_weights.npz",
                "--overwrite"
            )
            .AssertFailed(2, "the output would replace what this run reads");
        Assert.Equal(model, _folder.Read("iter_3/model_weights.npz"));
    }

    [Fact]
    public void A_model_without_a_head_embeds_and_is_not_trained()
    {
        _folder.Write("family.fasta", Relatives.Fasta(12, 30, 1));
        Convert("open-256", "a.npz").AssertDone();
        using (var zip = ZipFile.Open(Path.Combine(_folder.Path, "a.npz"), ZipArchiveMode.Update))
        {
            zip.GetEntry("dense.w.npy")!.Delete();
            zip.GetEntry("dense.b.npy")!.Delete();
        }

        Assert.Equal("none", Fact("a.npz", "head"));
        var embedded = Run("embed", "family.fasta", "--weights", "a.npz", "-o", "o.csv")
            .AssertDone();
        Assert.Contains("warning: a.npz: a has no language-model head", embedded.Error);
        Run("embed", "family.fasta", "-o", "whole.csv", "--weights", "open-256").AssertDone();
        Assert.Equal(_folder.ReadText("whole.csv"), _folder.ReadText("o.csv"));
        Run("evotune", "family.fasta", "--weights", "a.npz", "-o", "tuned")
            .AssertFailed(3, "the start model: a has no language-model head");
        Convert("a.npz", "folder/").AssertFailed(3, "a has none: write a .npz or .safetensors");
        Convert("a.npz", "b.safetensors").AssertDone();
        Assert.Equal(Fact("a.npz", "fingerprint"), Fact("b.safetensors", "fingerprint"));
    }

    private Unirep.Outcome Run(params string[] arguments) => Unirep.Run(_folder.Path, arguments);

    private Unirep.Outcome Convert(string model, string target) =>
        Run("weights", "convert", model, target);

    private string? Fact(string model, string name) =>
        JsonDocument
            .Parse(Run("weights", "info", model, "--json").AssertDone().Text)
            .RootElement.GetProperty(name)
            .GetString();
}
