using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace UniRep.Package.Tests;

/// <summary>A made-up DATA folder for scripts/evaluate.fsx, small but larger than the subsets, so that they are drawn.
/// evaluation.py makes the same numbers in the same order.</summary>
internal sealed class EvaluationData(string folder)
{
    private const string Residues = "ACDEFGHIKLMNPQRSTVWY";
    private uint _state = 1;

    public void Write()
    {
        WriteProperty("stability", "stability.{0}.csv", "seq,label", [10_050, 1_010, 4_010]);
        WriteProperty("fluorescence", "{0}.csv", "seq,n,log_fluorescence", [40, 30, 35]);
        WriteScan();
        WriteProteins("enzymes/test.fasta.gz", 50, 601);
        WriteProteins("proteomes/ecoli_K12_UP000000625.fasta", 30);
        WriteProteins("clean/ecoli_below50.fasta", 310);
        WriteProteins("clean/ecoli_below30.fasta", 12);
        WriteProteins("clean/test_below50.fasta", 160);
    }

    private int Next(int count)
    {
        _state = ((_state * 1103515245) + 12345) & 0x7fffffff;
        return (int)(_state >> 16) % count;
    }

    private string Sequence(int length)
    {
        var letters = new StringBuilder();
        for (var at = 0; at < length; at++)
        {
            letters.Append(Residues[Next(20)]);
        }

        return letters.ToString();
    }

    /// <summary>Labels that depend on the composition, in steps of a quarter, so that many are equal; of the
    /// three-column tables every seventh row has a stop inside.</summary>
    private void WriteProperty(string name, string file, string header, int[] sizes)
    {
        foreach (var (part, size) in new[] { "train", "valid", "test" }.Zip(sizes))
        {
            var lines = new List<string> { header };
            for (var row = 0; row < size; row++)
            {
                var sequence = Sequence(8);
                var count = (char residue) => sequence.Count(letter => letter == residue);
                var label = ((count('A') + (2 * count('C')) - count('D')) / 2.0) + (Next(5) * 0.25);
                var value = label.ToString(CultureInfo.InvariantCulture);
                var stopped = row % 7 == 3 ? sequence[..5] + "*" + sequence[5..] : sequence;
                lines.Add(header == "seq,label" ? $"{sequence},{value}" : $"{stopped},0,{value}");
            }

            var path = string.Format(CultureInfo.InvariantCulture, file, part);
            Save($"fitness/{name}/{path}", string.Join('\n', lines) + "\n");
        }
    }

    private void WriteScan()
    {
        var wildType = Sequence(30);
        Save("fitness/proteingym/TOY.fasta", $">TOY.csv\n{wildType[..20]}\n{wildType[20..]}\n");
        var mutants = wildType.Select(
            (from, at) =>
            {
                var to = Residues[(Residues.IndexOf(from) + 1 + (at % 3)) % 20];
                var score = (Next(7) * 0.5).ToString(CultureInfo.InvariantCulture);
                return $"{from}{at + 1}{to},{score}\n";
            }
        );
        Save("fitness/proteingym/TOY.csv", "mutant,score\n" + string.Concat(mutants));
    }

    /// <summary>Proteins of 20 to 49 residues, after one of another length if that is given.</summary>
    private void WriteProteins(string place, int count, int first = 0)
    {
        var fasta = new StringBuilder();
        for (var number = 0; number < count; number++)
        {
            var length = number == 0 && first > 0 ? first : 20 + Next(30);
            fasta.Append(CultureInfo.InvariantCulture, $">{number}\n{Sequence(length)}\n");
        }

        Save($"corpora/{place}", fasta.ToString());
    }

    private void Save(string place, string text)
    {
        var path = Path.Combine(folder, place);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using Stream file = File.Create(path);
        using var stream = place.EndsWith(".gz", StringComparison.Ordinal)
            ? new GZipStream(file, CompressionLevel.Fastest)
            : file;
        stream.Write(Encoding.UTF8.GetBytes(text));
    }
}
