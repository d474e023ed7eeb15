// Finds the sequences whose average vectors are nearest to that of the first one of a file.
// Usage: dotnet run scripts/neighbours.cs -- SEQUENCES [MODEL]
// Prints a table: id, length, Euclidean distance, the nearest first. scripts/neighbours.fsx takes several queries and scales units.
#:package UniRep.FSharp@0.1.0
#:property PublishAot=false

using System.Globalization;
using UniRep;
using UniRep.IO;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args.Length is < 1 or > 2)
{
    Console.Error.WriteLine("usage: dotnet run scripts/neighbours.cs -- SEQUENCES [MODEL]");
    return 2;
}

try
{
    var records = SequenceFile
        .read(SequenceFile.defaults, args[0])
        .Select(item =>
            item.IsOk ? item.ResultValue : throw new IOException(item.ErrorValue.Message)
        )
        .ToArray();
    using var model = args.Length == 2 ? UniRepModel.Load(args[1]) : UniRepModel.LoadDefault();
    var vectors = model
        .RepresentMany(records.Select(record => record.Sequence.Letters))
        .Select(vectors => vectors.Average.ToArray())
        .ToArray();
    Console.WriteLine("id\tlength\tdistance");
    foreach (
        var (record, distance) in records
            .Zip(vectors.Select(vector => Distance(vectors[0], vector)))
            .Skip(1)
            .OrderBy(pair => pair.Second)
    )
    {
        Console.WriteLine($"{Tabbed(record.Id)}\t{record.Sequence.Length}\t{distance:F4}");
    }

    return 0;
}
catch (Exception error) when (error is UniRepException or IOException)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}

static double Distance(float[] a, float[] b) =>
    Math.Sqrt(a.Zip(b, (x, y) => (double)(x - y) * (x - y)).Sum());

// A text as a cell of a table whose cells are parted by tabs.
static string Tabbed(string text) => string.Join(' ', text.Split('\t', '\r', '\n'));
