// Prints how likely a model finds each sequence: the log-likelihood in nats, stop included, and the perplexity per residue.
// Usage: dotnet run scripts/score.cs -- SEQUENCES [MODEL]
// SEQUENCES is a FASTA file or a table; MODEL a name or a path; default: the embedded model. Random guessing has
// a perplexity of 20; lower is better. scripts/score.fsx scores mutants against their wild type.
#:package UniRep.FSharp@0.1.0
#:property PublishAot=false

using System.Globalization;
using UniRep;
using UniRep.IO;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args.Length is < 1 or > 2)
{
    Console.Error.WriteLine("usage: dotnet run scripts/score.cs -- SEQUENCES [MODEL]");
    return 2;
}

try
{
    using var model = args.Length == 2 ? UniRepModel.Load(args[1]) : UniRepModel.LoadDefault();
    Console.WriteLine("id\tlength\tlog_likelihood\tperplexity");
    foreach (var item in SequenceFile.read(SequenceFile.defaults, args[0]))
    {
        if (item.IsError)
        {
            throw new IOException(item.ErrorValue.Message);
        }

        var (id, sequence) = (item.ResultValue.Id, item.ResultValue.Sequence);
        var logLikelihood = model.LogLikelihood(sequence.Letters);
        var perplexity = Math.Exp(-logLikelihood / (sequence.Length + 1));
        Console.WriteLine($"{Tabbed(id)}\t{sequence.Length}\t{logLikelihood:F4}\t{perplexity:F3}");
    }

    return 0;
}
catch (Exception error) when (error is UniRepException or IOException)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}

// A text as a cell of a table whose cells are parted by tabs.
static string Tabbed(string text) => string.Join(' ', text.Split('\t', '\r', '\n'));
