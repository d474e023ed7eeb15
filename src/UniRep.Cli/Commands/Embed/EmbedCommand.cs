using System.CommandLine;
using System.CommandLine.Parsing;
using UniRep.Cli.Help;

namespace UniRep.Cli.Commands.Embed;

/// <summary>`unirep embed`: sequences in, representations out.</summary>
internal static class EmbedCommand
{
    private static readonly Dictionary<string, Pool> Pools = PoolModule.all.ToDictionary(pool =>
        pool.Name
    );

    private static readonly CommandHelp Help = new()
    {
        Groups =
        [
            new(
                "Input",
                "--input-format",
                "--sequence-column",
                "--id-column",
                "--upper-case",
                "--trim-stop",
                "--on-invalid"
            ),
            new(
                "Output",
                "--output",
                "--format",
                "--pool",
                "--per-residue",
                "--keep",
                "--keep-all",
                "--overwrite"
            ),
            new("Model", "--weights", "--precision"),
            new(
                "Running",
                "--device",
                "--batch-invariant",
                "--threads",
                "--quiet",
                "--json",
                "--help"
            ),
        ],
        Examples =
        [
            new("unirep embed proteins.fasta", "three vectors a protein, into proteins.npz"),
            new("unirep embed proteins.fasta --device cuda", "on an NVIDIA GPU, in bfloat16"),
            new(
                "unirep embed proteins.fasta -o vectors.csv --pool average",
                "the average vector alone, as a table"
            ),
            new(
                "unirep embed variants.csv --sequence-column mutated_sequence -o variants.npz",
                "a table; its ids come from a column such as id or name, or from --id-column"
            ),
            new(
                "zcat proteins.fasta.gz | unirep embed - -o proteins.npz --weights paper-64",
                "a pipe, and a model that `unirep weights get paper-64` has fetched"
            ),
        ],
    };

    public static Command Create(Interruption interruption)
    {
        var input = new Argument<string>("INPUT")
        {
            Description =
                $"a file, gzipped or not, a pipe, or - for standard input; {SharedOptions.InputList}",
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
        var format = SharedOptions.OutputFormats("output format; default: by OUT's extension");
        var inputFormat = SharedOptions.InputFormats("input format; default: by INPUT's extension");
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
        var keep = new Option<string[]>("--keep")
        {
            Description =
                "column of an input table to copy to the output; separate several with commas or repeat the option; `description` for FASTA files",
            HelpName = "NAME",
            AllowMultipleArgumentsPerToken = false,
        };
        var keepAll = new Option<bool>("--keep-all")
        {
            Description =
                "copy every other column of the table, or the description of a FASTA file",
        };
        var upperCase = new Option<bool>("--upper-case")
        {
            Description = "read lower-case letters as upper-case",
        };
        var trimStop = new Option<bool>("--trim-stop")
        {
            Description = "remove one * at the end of a sequence",
        };
        var threads = SharedOptions.Threads();
        var precision = SharedOptions.PrecisionNames();
        var backend = BackendChoice.Option();
        var invariant = BackendChoice.BatchInvariant();
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
            keep,
            keepAll,
            upperCase,
            trimStop,
            threads,
            precision,
            backend,
            invariant,
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
                    Keep = parsed.GetValue(keep) ?? [],
                    KeepAll = parsed.GetValue(keepAll),
                    UpperCase = parsed.GetValue(upperCase),
                    TrimStop = parsed.GetValue(trimStop),
                    Threads = SharedOptions.ThreadsOf(parsed.GetValue(threads)),
                    Backend = parsed.GetValue(backend)! with
                    {
                        Precision = parsed.GetValue(precision),
                        IsBatchInvariant = parsed.GetValue(invariant),
                    },
                    OnInvalid = parsed.GetValue(onInvalid),
                    Overwrite = parsed.GetValue(overwrite),
                    Quiet = parsed.GetValue(quiet),
                    Json = parsed.GetValue(json),
                },
                interruption
            ).Run()
        );
        Help.Describe(command);
        return command;
    }

    private static IReadOnlyList<Pool> ParsePools(ArgumentResult result)
    {
        var pools = new List<Pool>();
        foreach (var word in result.Tokens[0].Value.Split(',', StringSplitOptions.TrimEntries))
        {
            if (Pools.TryGetValue(word.ToLowerInvariant(), out var pool) && !pools.Contains(pool))
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
