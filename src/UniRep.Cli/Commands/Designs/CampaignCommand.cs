using System.CommandLine;
using UniRep.Cli.Help;
using UniRep.Design;

namespace UniRep.Cli.Commands.Designs;

/// <summary>`unirep campaign`: plates for the lab, round after round.</summary>
internal static class CampaignCommand
{
    private static readonly Dictionary<string, FirstRound> Firsts =
        CampaignModule.firstRounds.ToDictionary(first => first.Name);

    private static readonly Dictionary<string, Strategy> Strategies =
        CampaignModule.strategies.ToDictionary(strategy => strategy.Name);

    public static Command Create(Interruption interruption)
    {
        var command = new Command(
            "campaign",
            "Choose what to measure next, round after round (active learning)."
        )
        {
            Init(interruption),
            Next(interruption),
            Simulate(interruption),
        };
        new CommandHelp
        {
            Examples =
            [
                new("unirep campaign init wt.fasta -o plates", "begin with every single mutant"),
                new(
                    "unirep campaign next plates --batch 16",
                    "choose a plate; fill its column measured, then run it again"
                ),
            ],
        }.Describe(command);
        return command;
    }

    private static Command Init(Interruption interruption)
    {
        var wildType = WildType();
        var output = new Option<string>("--output", "-o")
        {
            Description = "folder of the campaign",
            HelpName = "DIR",
            Required = true,
        };
        var library = new Option<string?>("--library")
        {
            Description =
                "candidates: sequences with ids, or variants such as A42G:K50R in a column mutant; - for standard input; default: every single mutant",
            HelpName = "FILE",
        };
        var common = new CampaignFlags(Firsts, Strategies);
        var command = new Command(
            "init",
            "Begin a campaign: compute vectors and zero-shot scores of all candidates."
        )
        {
            wildType,
            output,
            library,
        };
        common.AddTo(command);
        command.SetAction(parsed =>
            new CampaignRun(common.Settings(parsed), interruption).Init(
                parsed.GetValue(wildType)!,
                parsed.GetValue(library),
                parsed.GetValue(output)!
            )
        );
        new CommandHelp
        {
            Examples =
            [
                new("unirep campaign init wt.fasta -o plates", "every single mutant"),
                new(
                    "unirep campaign init wt.fasta --library variants.csv --first diverse -o plates",
                    "the variants of a table; the first plate has different ones"
                ),
                new(
                    "unirep campaign init wt.fasta --weights my-family/model.safetensors --top-model low-n --strategy ucb -o plates",
                    "a tuned model, another top model, and a strategy that explores"
                ),
            ],
        }.Describe(command);
        return command;
    }

    private static Command Next(Interruption interruption)
    {
        var folder = new Argument<string>("DIR") { Description = "folder of the campaign" };
        var batch = Numbers.Whole("--batch", "places of the plate", 16, Numbers.From(1));
        var strategy = SharedOptions.OneOf(
            "--strategy",
            "how this plate is chosen; default: that of the campaign",
            Strategies
        );
        var weights = new Option<string?>("--weights")
        {
            Description =
                "the model's name or path; default: the name that the campaign was begun with",
            HelpName = "NAME|PATH",
        };
        var precision = SharedOptions.PrecisionNames();
        var backend = BackendChoice.Option();
        var threads = SharedOptions.Threads();
        var quiet = SharedOptions.Quiet();
        var json = SharedOptions.Json("the plate");
        var command = new Command(
            "next",
            "Read what was measured, and choose the next plate: DIR/round-N.csv."
        )
        {
            folder,
            batch,
            strategy,
            weights,
            precision,
            backend,
            threads,
            quiet,
            json,
        };
        command.SetAction(parsed =>
            new CampaignRun(
                new CampaignSettings
                {
                    Options = CampaignModule.usual,
                    Pool = Pool.Average,
                    Weights = parsed.GetValue(weights),
                    Backend = parsed.GetValue(backend)! with
                    {
                        Precision = parsed.GetValue(precision),
                    },
                    Threads = SharedOptions.ThreadsOf(parsed.GetValue(threads)),
                    Quiet = parsed.GetValue(quiet),
                    Json = parsed.GetValue(json),
                },
                interruption
            ).Next(parsed.GetValue(folder)!, parsed.GetValue(strategy), parsed.GetValue(batch))
        );
        new CommandHelp
        {
            Examples =
            [
                new("unirep campaign next plates --batch 16", "the next plate of 16"),
                new(
                    "unirep campaign next plates --batch 96 --strategy thompson",
                    "a plate of 96 by Thompson sampling"
                ),
            ],
            Notes =
            [
                "Write the values into the column measured, NA where a measurement failed. Higher must mean better. "
                    + "What was measured before the last round does not change any more.",
            ],
        }.Describe(command);
        return command;
    }

    private static Command Simulate(Interruption interruption)
    {
        var table = new Argument<string>("TABLE")
        {
            Description =
                "measured variants: a column such as mutant with A42G:K50R, or sequences; or - for standard input",
        };
        var wildType = new Option<string>("--wild-type")
        {
            Description = "a file with the wild type",
            HelpName = "FILE",
            Required = true,
        };
        var target = new Option<string>("--target")
        {
            Description = "column of the measured values; higher means better",
            HelpName = "COLUMN",
            DefaultValueFactory = _ => "DMS_score",
        };
        var rounds = Numbers.Whole("--rounds", "rounds", 6, Numbers.From(1, 1000));
        var batch = Numbers.Whole("--batch", "places of a plate", 16, Numbers.From(1));
        var seeds = Numbers.Whole(
            "--seeds",
            "replays, each with a seed",
            20,
            Numbers.From(1, 1000)
        );
        var common = new CampaignFlags(Firsts, Strategies);
        var command = new Command(
            "simulate",
            "Replay a campaign on variants that are all measured: the share of the true best tenth among the picks."
        )
        {
            table,
            wildType,
            target,
            rounds,
            batch,
            seeds,
        };
        common.AddTo(command);
        command.SetAction(parsed =>
            new CampaignReplay(common.Settings(parsed), interruption).Run(
                parsed.GetValue(table)!,
                parsed.GetValue(wildType)!,
                parsed.GetValue(target)!,
                parsed.GetValue(rounds),
                parsed.GetValue(batch),
                parsed.GetValue(seeds)
            )
        );
        new CommandHelp
        {
            Examples =
            [
                new(
                    "unirep campaign simulate BLAT_ECOLX.csv --wild-type wt.fasta --rounds 6 --batch 16",
                    "20 campaigns of 96 picks on a deep mutational scan of ProteinGym"
                ),
            ],
            Notes =
            [
                "The replay of seed N uses the seed --seed + N. A seed decides a first plate by chance or by k-medoids, Thompson's "
                    + "draws, the halves of low-n, and the order of equal values. With --first zero-shot, a ridge or a Gaussian process, and "
                    + "greedy, ucb or liar, nothing else is drawn: all seeds give the same.",
            ],
        }.Describe(command);
        return command;
    }

    private static Argument<string> WildType() =>
        new("WT") { Description = "a file with the one sequence of the wild type" };
}
