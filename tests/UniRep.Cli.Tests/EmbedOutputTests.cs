namespace UniRep.Cli.Tests;

/// <summary>What `unirep embed` writes is what the library computes.</summary>
public sealed class EmbedOutputTests : IDisposable
{
    private static readonly (string Id, string Sequence)[] Proteins =
    [
        ("first", "MKTAYIAKQRQ"),
        ("second", "GSHM"),
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("out.npz", "average,final,cell")]
    [InlineData("out.npz", "states", "--per-residue")]
    [InlineData("out.npy", "", "--pool", "fusion")]
    [InlineData("out.csv", "average,final,cell")]
    [InlineData("out.tsv", "average,cell", "--pool", "average,cell")]
    [InlineData("out.jsonl", "fusion,final", "--pool", "fusion,final")]
    [InlineData("out.jsonl", "states", "--per-residue")]
    [InlineData("out.safetensors", "average,final,cell", "--upper-case")]
    [InlineData("out.safetensors", "states", "--per-residue")]
    public void Every_kind_of_output_holds_the_vectors_and_nothing_else_is_written(
        string output,
        string arrays,
        params string[] options
    )
    {
        _folder.Write("in.fasta", ">first one\nMKTAYIAK\nQRQ\n>second\nGSHM\n");
        Unirep
            .Run(_folder.Path, ["embed", "in.fasta", "-o", output, "--quiet", .. options])
            .AssertDone();
        string[] files =
            output == "out.npy" ? ["in.fasta", output, "out.npy.ids.txt"] : ["in.fasta", output];
        Assert.Equal(files, _folder.Files);
        var records = WrittenRecords.Read(_folder, output);
        Assert.Equal(Proteins.Select(protein => protein.Id), records.Select(record => record.Id));
        using var model = UniRepModel.LoadDefault();
        for (var at = 0; at < Proteins.Length; at++)
        {
            var sequence = Proteins[at].Sequence;
            Assert.Equal(sequence.Length, records[at].Length ?? sequence.Length);
            Assert.Equal(arrays.Split(',').Order(), records[at].Arrays.Keys.Order());
            foreach (var (name, numbers) in records[at].Arrays)
            {
                Tolerance.AssertSameBits(Expected(model, sequence, name), numbers);
            }
        }
    }

    private static float[] Expected(UniRepModel model, string sequence, string array)
    {
        var rep = model.Represent(sequence);
        return array switch
        {
            "average" => rep.Average.ToArray(),
            "final" => rep.Final.ToArray(),
            "cell" => rep.Cell.ToArray(),
            // The first row of states is the one after start.
            "states" => [.. model.HiddenStates(sequence).Cast<float>().Skip(rep.Final.Length)],
            _ => rep.ToFusion(),
        };
    }
}
