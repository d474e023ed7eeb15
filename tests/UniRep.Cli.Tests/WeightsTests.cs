using System.Text.Json;

namespace UniRep.Cli.Tests;

public sealed class WeightsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_list_names_every_model()
    {
        var outcome = Unirep.Run(_folder.Path, "weights", "list", "--json").AssertDone();
        var names = JsonDocument
            .Parse(outcome.Text)
            .RootElement.GetProperty("models")
            .EnumerateArray()
            .Select(model => model.GetProperty("name").GetString());
        Assert.Equal(
            ["open-672", "open-256", "open-1920", "paper-64", "paper-256", "paper-1900"],
            names
        );
    }

    [Fact]
    public void The_large_model_lies_beside_the_program()
    {
        _folder.Write("in.fasta", ">a\nMKTAYIAKQR\n");
        Unirep
            .Run(_folder.Path, "embed", "in.fasta", "--weights", "open-1920", "-o", "a.csv")
            .AssertDone();
        var header = _folder.ReadText("a.csv").Split('\n')[0];
        Assert.Contains(",average_1919,", header, StringComparison.Ordinal);
        var outcome = Unirep.Run(_folder.Path, "weights", "verify", "open-1920").AssertDone();
        Assert.Contains("the numbers of open-1920,", outcome.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_converted_model_is_the_same_model()
    {
        Unirep
            .Run(
                _folder.Path,
                "weights",
                "convert",
                "open-256",
                "copy.safetensors",
                "--name",
                "mine"
            )
            .AssertDone();
        var (original, copy) = (Info("open-256"), Info("copy.safetensors"));
        Assert.Equal(
            original.GetProperty("fingerprint").GetString(),
            copy.GetProperty("fingerprint").GetString()
        );
        Assert.Equal("mine", copy.GetProperty("model").GetString());
        Assert.Equal(350_749, copy.GetProperty("parameters").GetInt64());
        Unirep.Run(_folder.Path, "weights", "verify", "copy.safetensors").AssertDone();
        Unirep
            .Run(_folder.Path, "weights", "convert", "open-256", "copy.safetensors")
            .AssertFailed(2, "give --overwrite");
    }

    [Fact]
    public void A_licence_that_was_not_accepted_stops_the_download()
    {
        Unirep
            .Run(_folder.Path, "weights", "get", "paper-64")
            .AssertFailed(
                2,
                "CC-BY-NC-4.0 (non-commercial use only): accept the licence to fetch it with --accept-license"
            );
        Unirep
            .Run(_folder.Path, "weights", "get", "paper-65", "--accept-license")
            .AssertFailed(2, "no published model is called 'paper-65'");
    }

    [Fact]
    public void A_server_that_is_not_there_is_told()
    {
        Unirep
            .Run(
                _folder.Path,
                "weights",
                "get",
                "paper-64",
                "--accept-license",
                "--from",
                "http://example.org/"
            )
            .AssertFailed(4, "models are fetched from an https address only");
    }

    private JsonElement Info(string model) =>
        JsonDocument
            .Parse(Unirep.Run(_folder.Path, "weights", "info", model, "--json").AssertDone().Text)
            .RootElement;
}
