using System.CommandLine;
using System.CommandLine.Parsing;
using UniRep.Cli.Help;
using UniRep.Design;

namespace UniRep.Cli.Commands.Designs;

/// <summary>`unirep evolve`: a wild type in, designs out.</summary>
internal static class EvolveCommand
{
    /// <summary>The scorers that need no file, and the schedules, by name.</summary>
    private static readonly Dictionary<string, string> Scorers = new() { ["lm"] = "lm" };

    private static readonly Dictionary<string, string> Schedules = new()
    {
        ["decay"] = "decay",
        ["constant"] = "constant",
        ["adaptive"] = "adaptive",
    };

    private static readonly CommandHelp Help = new()
    {
        Groups =
        [
            new("Objective", "--model", "--scorer", "--weights", "--precision"),
            new(
                "Proposals",
                "--edits",
                "--positions",
                "--trust-radius",
                "--forbid",
                "--letters",
                "--exclude"
            ),
            new(
                "Chains",
                "--chains",
                "--steps",
                "--schedule",
                "--temperature",
                "--last-temperature",
                "--cooling",
                "--patience",
                "--seed"
            ),
            new(
                "Output",
                "--output",
                "--designs",
                "--diversity",
                "--picture",
                "--resume",
                "--overwrite"
            ),
            new("Running", "--device", "--threads", "--quiet", "--json", "--help"),
        ],
        Examples =
        [
            new(
                "unirep evolve wt.fasta --model top.model --chains 1000 --steps 3000 --seed 3 -o designs.csv",
                "50 designs that a top model of `unirep fit` predicts to be good"
            ),
            new(
                "unirep evolve wt.fasta --scorer lm --positions 10-50,72 --forbid N{P}[ST] -o designs.csv",
                "designs that the language model finds likely, without a new N-glycosylation site"
            ),
            new(
                "unirep evolve wt.fasta --model top.model --resume -o designs.csv",
                "continue what Ctrl-C ended, with the options that it was begun with"
            ),
        ],
        Notes =
        [
            "The folder OUT.run holds every accepted state (accepted.csv) and what --resume needs. A resumed run has the "
                + "same bits as one that was not interrupted.",
            "Proposals beyond the trust radius or with a forbidden motif are steps too, but cost nothing.",
        ],
    };

    public static Command Create(Interruption interruption)
    {
        var wildType = new Argument<string>("WT")
        {
            Description = "a file with the one sequence to begin with, such as a FASTA file",
        };
        var output = new Option<string>("--output", "-o")
        {
            Description = "table of the designs; its state is kept in the folder OUT.run",
            HelpName = "OUT",
            Required = true,
        };
        var model = new Option<string?>("--model")
        {
            Description = "top model that predicts what to raise",
            HelpName = "FILE",
        };
        var scorer = SharedOptions.OneOf(
            "--scorer",
            "judge without a top model: lm is the log-likelihood of the model",
            Scorers
        );
        var weights = SharedOptions.Weights();
        var precision = SharedOptions.PrecisionNames();
        var backend = BackendChoice.Option();
        var threads = SharedOptions.Threads();
        var chains = Numbers.Whole("--chains", "number of chains", 100, Numbers.From(1, 1_000_000));
        var steps = Numbers.Whole("--steps", "steps of each chain", 1000, Numbers.From(1));
        var seed = Numbers.Seed("--seed", "seed of the random numbers", 0);
        var edits = Numbers.Real(
            "--edits",
            "mean number of residues that a proposal changes: 1 + Poisson(N - 1)",
            1.5,
            Numbers.RealFrom(1, 100)
        );
        var positions = DesignOptions.Positions();
        var radius = Numbers.Whole(
            "--trust-radius",
            "most residues by which a design differs from the wild type; 0 for no bound",
            7,
            Numbers.From(0)
        );
        var forbid = DesignOptions.Motifs();
        var letters = new Option<string?>("--letters")
        {
            Description =
                "table of how likely each letter is proposed: the columns position, A, C, D and so on to Y",
            HelpName = "FILE",
        };
        var exclude = DesignOptions.Excluded();
        var schedule = SharedOptions.OneOf(
            "--schedule",
            "temperature: falls to the last one, stays, or falls and rises again when a chain finds nothing better",
            Schedules,
            "decay"
        );
        var temperature = Numbers.Real(
            "--temperature",
            "first temperature, in the unit of the scores; default: the standard deviation of 200 random single mutants",
            null,
            Numbers.Above(0)
        );
        var last = Numbers.Real(
            "--last-temperature",
            "last temperature of decay; default: a hundredth of the first",
            null,
            Numbers.Above(0)
        );
        var cooling = Numbers.Real(
            "--cooling",
            "factor by which adaptive falls with each proposal that is scored",
            0.99,
            Numbers.RealFrom(1e-6, 0.999999)
        );
        var patience = Numbers.Whole(
            "--patience",
            "scored proposals without a new best after which adaptive rises again",
            200,
            Numbers.From(1)
        );
        var designs = Numbers.Whole("--designs", "number of designs", 50, Numbers.From(1, 10_000));
        var diversity = Numbers.Real(
            "--diversity",
            "weight of being different against the score in picking designs",
            0.2,
            Numbers.RealFrom(0, 1)
        );
        var picture = DesignOptions.Picture("picture of the scores over the steps (SVG)");
        var resume = new Option<bool>("--resume")
        {
            Description = "continue the run of OUT.run, or pick other designs from it",
        };
        var overwrite = new Option<bool>("--overwrite")
        {
            Description = "replace an existing output, and the state of an earlier run",
        };
        var quiet = SharedOptions.Quiet();
        var json = SharedOptions.Json("the summary");
        var command = new Command(
            "evolve",
            "Evolve a protein in the computer: many Metropolis chains at once (directed evolution)."
        )
        {
            wildType,
            output,
            model,
            scorer,
            weights,
            precision,
            backend,
            threads,
            chains,
            steps,
            seed,
            edits,
            positions,
            radius,
            forbid,
            letters,
            exclude,
            schedule,
            temperature,
            last,
            cooling,
            patience,
            designs,
            diversity,
            picture,
            resume,
            overwrite,
            quiet,
            json,
        };
        command.SetAction(parsed =>
            new EvolveRun(
                new EvolveOptions
                {
                    WildType = parsed.GetValue(wildType)!,
                    Output = parsed.GetValue(output)!,
                    TopModel = parsed.GetValue(model),
                    Scorer = parsed.GetValue(scorer),
                    Weights = parsed.GetValue(weights)!,
                    Backend = parsed.GetValue(backend)! with
                    {
                        Precision = parsed.GetValue(precision),
                    },
                    Threads = SharedOptions.ThreadsOf(parsed.GetValue(threads)),
                    Chains = parsed.GetValue(chains),
                    Steps = parsed.GetValue(steps),
                    Seed = parsed.GetValue(seed),
                    Edits = parsed.GetValue(edits),
                    Positions = parsed.GetValue(positions),
                    TrustRadius = parsed.GetValue(radius),
                    Forbidden = parsed.GetValue(forbid) ?? [],
                    Letters = parsed.GetValue(letters),
                    ExcludedLetters = parsed.GetValue(exclude) ?? "",
                    Schedule = parsed.GetValue(schedule)!,
                    Temperature = SharedOptions.IsGiven(parsed, temperature)
                        ? parsed.GetValue(temperature)
                        : null,
                    LastTemperature = SharedOptions.IsGiven(parsed, last)
                        ? parsed.GetValue(last)
                        : null,
                    Cooling = parsed.GetValue(cooling),
                    Patience = parsed.GetValue(patience),
                    Designs = parsed.GetValue(designs),
                    Diversity = parsed.GetValue(diversity),
                    Picture = parsed.GetValue(picture),
                    Resume = parsed.GetValue(resume),
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
}
