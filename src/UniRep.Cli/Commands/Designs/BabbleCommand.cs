using System.CommandLine;
using Microsoft.FSharp.Core;
using UniRep.Cli.Help;
using UniRep.Design;

namespace UniRep.Cli.Commands.Designs;

/// <summary>`unirep babble`: new sequences from a model.</summary>
internal static class BabbleCommand
{
    private static readonly CommandHelp Help = new()
    {
        Groups =
        [
            new("Sequences", "-n", "--seed", "--start", "--start-file"),
            new(
                "Sampling",
                "--temperature",
                "--top-k",
                "--top-p",
                "--min-length",
                "--max-length",
                "--letters"
            ),
            new("Output", "--output", "--overwrite"),
            new("Model", "--weights", "--precision"),
            new("Running", "--device", "--threads", "--quiet", "--json", "--help"),
        ],
        Examples =
        [
            new(
                "unirep babble -n 1000 --seed 7 --max-length 500 -o new.fasta",
                "a thousand new proteins; the same seed gives the same ones"
            ),
            new(
                "unirep babble -n 10 --start MSKGEELFTG --weights tuned.safetensors",
                "what an evo-tuned model has to say after ten residues, on standard output"
            ),
            new(
                "unirep babble -n 100 --temperature 0.7 --top-p 0.95 --min-length 80 -o typical.fasta",
                "sequences that the model finds more probable, none of them short"
            ),
        ],
        Notes =
        [
            "Each header says the number of the sequence, its log-likelihood under the model in nats with the final stop (at "
                + "temperature 1, whatever it was sampled at), its length, and whether it ends by stop or was cut at the most "
                + "residues.",
        ],
    };

    public static Command Create(Interruption interruption)
    {
        var usual = BabbleOptionsModule.defaults;
        var count = Numbers.Whole("-n", "number of sequences", 1, Numbers.From(1));
        count.Aliases.Add("--count");
        var seed = Numbers.Seed("--seed", "random seed", usual.Seed);
        var start = new Option<string?>("--start")
        {
            Description = "residues that every sequence begins with",
            HelpName = "RESIDUES",
        };
        var startFile = new Option<string?>("--start-file")
        {
            Description =
                "file with one sequence that every sequence begins with, or - for standard input",
            HelpName = "FILE",
        };
        var temperature = Numbers.Real(
            "--temperature",
            "divides the logits: below 1 the model takes fewer risks; 0 takes the most probable residue always",
            usual.Temperature,
            Numbers.RealFrom(0)
        );
        var topK = Numbers.Whole(
            "--top-k",
            "sample among this many most probable residues only",
            null,
            Numbers.From(1)
        );
        var topP = Numbers.Real(
            "--top-p",
            "sample among the most probable residues only that have this probability together",
            null,
            new NumberRange<double>(0, 1, true, false)
        );
        var minLength = Numbers.Whole(
            "--min-length",
            "least number of residues, with those of the start",
            usual.MinLength,
            Numbers.From(1)
        );
        var maxLength = Numbers.Whole(
            "--max-length",
            "most residues, with those of the start; longer sequences are cut",
            usual.MaxLength,
            Numbers.From(1)
        );
        var letters = new Option<string>("--letters")
        {
            Description = "letters that are drawn; X, U and O may be among them",
            HelpName = "LETTERS",
            DefaultValueFactory = _ => usual.Letters,
        };
        var output = new Option<string>("--output", "-o")
        {
            Description = "output file, or - for standard output",
            HelpName = "OUT",
            DefaultValueFactory = _ => "-",
        };
        var overwrite = new Option<bool>("--overwrite")
        {
            Description = "replace an existing output file",
        };
        var weights = SharedOptions.Weights();
        var precision = SharedOptions.PrecisionNames();
        var backend = BackendChoice.Option();
        var threads = SharedOptions.Threads();
        var quiet = SharedOptions.Quiet();
        var json = SharedOptions.Json("the summary");
        var command = new Command("babble", "Sample new protein sequences from a model.")
        {
            count,
            seed,
            start,
            startFile,
            temperature,
            topK,
            topP,
            minLength,
            maxLength,
            letters,
            output,
            overwrite,
            weights,
            precision,
            backend,
            threads,
            quiet,
            json,
        };
        command.SetAction(parsed =>
            new BabbleCommandRun(
                new BabbleCommandOptions
                {
                    Sampling = new BabbleOptions(
                        parsed.GetValue(count),
                        parsed.GetValue(seed),
                        null,
                        parsed.GetValue(temperature),
                        SharedOptions.IsGiven(parsed, topK)
                            ? FSharpOption<int>.Some(parsed.GetValue(topK))
                            : null,
                        SharedOptions.IsGiven(parsed, topP)
                            ? FSharpOption<double>.Some(parsed.GetValue(topP))
                            : null,
                        parsed.GetValue(minLength),
                        parsed.GetValue(maxLength),
                        parsed.GetValue(letters)!
                    ),
                    Start = parsed.GetValue(start),
                    StartFile = parsed.GetValue(startFile),
                    Output = parsed.GetValue(output)!,
                    Overwrite = parsed.GetValue(overwrite),
                    Weights = parsed.GetValue(weights)!,
                    Backend = parsed.GetValue(backend)! with
                    {
                        Precision = parsed.GetValue(precision),
                    },
                    Threads = SharedOptions.ThreadsOf(parsed.GetValue(threads)),
                    Quiet = parsed.GetValue(quiet),
                    Json = parsed.GetValue(json),
                },
                interruption
            ).Run()
        );
        Help.Describe(command);
        return command;
    }
}
