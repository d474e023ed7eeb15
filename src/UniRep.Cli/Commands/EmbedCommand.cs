using System.CommandLine;
using System.CommandLine.Parsing;

namespace UniRep.Cli.Commands;

/// <summary>`unirep embed`: sequences in, representations out.</summary>
internal static class EmbedCommand
{
    private static readonly Dictionary<string, OutputFormat> Formats = new()
    {
        ["npz"] = OutputFormat.Npz,
        ["npy"] = OutputFormat.Npy,
        ["csv"] = OutputFormat.CsvTable,
        ["tsv"] = OutputFormat.TsvTable,
        ["jsonl"] = OutputFormat.JsonLines,
        ["safetensors"] = OutputFormat.SafetensorsArrays,
    };

    private static readonly Dictionary<string, InputFormat> InputFormats = new()
    {
        ["fasta"] = InputFormat.Fasta,
        ["a2m"] = InputFormat.A2m,
        ["lines"] = InputFormat.Lines,
        ["csv"] = InputFormat.Csv,
        ["tsv"] = InputFormat.Tsv,
    };

    private static readonly Dictionary<string, Pool> PoolNames = new()
    {
        ["average"] = Pool.Average,
        ["final"] = Pool.Final,
        ["cell"] = Pool.Cell,
        ["fusion"] = Pool.Fusion,
    };

    public static Command Create(Interruption interruption)
    {
        var input = new Argument<string>("INPUT")
        {
            Description =
                ".fasta .fa .faa .a2m .txt .csv .tsv, each also .gz, or - for standard input",
        };
        var output = new Option<string?>("--output", "-o")
        {
            Description =
                "output file, or - for standard output; default: INPUT's name with .npz, in this folder",
            HelpName = "OUT",
        };
        var weights = SharedOptions.Weights();
        var pools = new Option<IReadOnlyList<Pool>>("--pool")
        {
            Description = "vectors to write: any of average, final, cell, or fusion",
            HelpName = "average,final,cell|fusion",
            CustomParser = ParsePools,
            DefaultValueFactory = _ => [Pool.Average, Pool.Final, Pool.Cell],
        };
        var perResidue = new Option<bool>("--per-residue")
        {
            Description = "write the hidden state after each residue instead",
        };
        var format = SharedOptions.OneOf(
            "--format",
            "output format; default: by OUT's extension",
            Formats
        );
        var inputFormat = SharedOptions.OneOf(
            "--input-format",
            "input format; default: by INPUT's extension",
            InputFormats
        );
        var sequenceColumn = new Option<string?>("--sequence-column")
        {
            Description = "column of a table that holds sequences",
            HelpName = "NAME",
        };
        var idColumn = new Option<string?>("--id-column")
        {
            Description = "column of a table that holds ids",
            HelpName = "NAME",
        };
        var upperCase = new Option<bool>("--upper-case")
        {
            Description = "read lower-case letters as upper-case",
        };
        var trimStop = new Option<bool>("--trim-stop")
        {
            Description = "drop one * at the end of a sequence",
        };
        var threads = SharedOptions.Threads();
        var precision = SharedOptions.Precisions();
        var onInvalid = SharedOptions.OnInvalid();
        var overwrite = new Option<bool>("--overwrite")
        {
            Description = "replace an existing output file",
        };
        var quiet = SharedOptions.Quiet();
        var json = SharedOptions.Json("the summary");
        var command = new Command("embed", "Compute representations of protein sequences.")
        {
            input,
            output,
            weights,
            pools,
            perResidue,
            format,
            inputFormat,
            sequenceColumn,
            idColumn,
            upperCase,
            trimStop,
            threads,
            precision,
            onInvalid,
            overwrite,
            quiet,
            json,
        };
        command.SetAction(parsed =>
            new EmbedRun(
                new EmbedOptions
                {
                    Input = parsed.GetValue(input)!,
                    Output = parsed.GetValue(output),
                    Weights = parsed.GetValue(weights)!,
                    Pools = parsed.GetValue(pools)!,
                    PerResidue = parsed.GetValue(perResidue),
                    Format = parsed.GetValue(format),
                    InputFormat = parsed.GetValue(inputFormat),
                    SequenceColumn = parsed.GetValue(sequenceColumn),
                    IdColumn = parsed.GetValue(idColumn),
                    UpperCase = parsed.GetValue(upperCase),
                    TrimStop = parsed.GetValue(trimStop),
                    Threads = SharedOptions.ThreadsOf(parsed.GetValue(threads)),
                    Precision = parsed.GetValue(precision),
                    OnInvalid = parsed.GetValue(onInvalid),
                    Overwrite = parsed.GetValue(overwrite),
                    Quiet = parsed.GetValue(quiet),
                    Json = parsed.GetValue(json),
                },
                interruption
            ).Run()
        );
        return command;
    }

    private static IReadOnlyList<Pool> ParsePools(ArgumentResult result)
    {
        var pools = new List<Pool>();
        foreach (var word in result.Tokens[0].Value.Split(',', StringSplitOptions.TrimEntries))
        {
            if (
                PoolNames.TryGetValue(word.ToLowerInvariant(), out var pool)
                && !pools.Contains(pool)
            )
            {
                pools.Add(pool);
            }
            else
            {
                result.AddError(
                    $"--pool takes average, final, cell (any of them, by commas) or fusion, not '{word}'."
                );
            }
        }

        return pools;
    }
}
