// Computes the average vectors of sequences and streams them to a table, in bounded memory.
// Usage: dotnet run scripts/embed.cs -- SEQUENCES OUTPUT.csv [MODEL]
// SEQUENCES is a FASTA file or a table; MODEL a name or a path; default: the embedded model. OUTPUT.csv is not
// overwritten.
#:package UniRep.FSharp@0.1.0
#:property PublishAot=false

using System.Collections.Concurrent;
using System.Globalization;
using CsvHelper;
using UniRep;
using UniRep.IO;

if (args.Length is < 2 or > 3)
{
    Console.Error.WriteLine("usage: dotnet run scripts/embed.cs -- SEQUENCES OUTPUT.csv [MODEL]");
    return 2;
}

var (input, output, partial) = (args[0], args[1], args[1] + ".partial");
try
{
    using var model = args.Length == 3 ? UniRepModel.Load(args[2]) : UniRepModel.LoadDefault();
    if (File.Exists(output))
    {
        throw new IOException($"{output}: exists already: give another name");
    }

    using (var table = CsvWriter.ToFile(partial, new CsvWriterOptions { NewLine = "\n" }))
    {
        var columns = Enumerable.Range(1, model.Units).Select(unit => $"average_{unit}");
        table.WriteRecord([.. columns.Prepend("id")]);
        // Results come in the order of the input, so the first id under way is the one that a result is of.
        var ids = new ConcurrentQueue<string>();
        foreach (var vectors in model.RepresentMany(Read(input, ids.Enqueue)))
        {
            ids.TryDequeue(out var id);
            table.WriteField(id);
            foreach (var value in vectors.Average.Span)
            {
                table.WriteField(value.ToString(CultureInfo.InvariantCulture));
            }

            table.EndRecord();
        }
    }

    File.Move(partial, output);
    return 0;
}
catch (Exception error)
    when (error is UniRepException or IOException or UnauthorizedAccessException)
{
    File.Delete(partial);
    Console.Error.WriteLine(error.Message);
    return 1;
}

// Reads records as a stream, telling each id, and ends with the first that is wrong.
static IEnumerable<string> Read(string path, Action<string> tell)
{
    foreach (var item in SequenceFile.read(SequenceFile.defaults, path))
    {
        if (item.IsError)
        {
            throw new IOException(item.ErrorValue.Message);
        }

        tell(item.ResultValue.Id);
        yield return item.ResultValue.Sequence.Letters;
    }
}
