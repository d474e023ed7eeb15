using Microsoft.FSharp.Core;
using UniRep.Cli.Commands.Scoring;
using UniRep.Cli.Console;
using UniRep.Design;

namespace UniRep.Cli.Commands.Designs;

/// <summary>One run of `unirep campaign simulate`.</summary>
internal sealed class CampaignReplay(CampaignSettings settings, Interruption interruption)
{
    private readonly Reporter _reporter = new(settings.Quiet);

    public int Run(
        string table,
        string wildTypeFile,
        string target,
        int rounds,
        int batch,
        int seeds
    )
    {
        var wildType = WildTypeFile.Read(wildTypeFile);
        var (sequences, truth) = Measured(table, wildType, target);
        if (sequences.Length < (long)rounds * batch)
        {
            throw new CommandFailedException(
                ExitCode.Usage,
                $"{TableReading.NameOf(table)}: {sequences.Length} measured variants do not fill {rounds} plates of {batch}"
            );
        }

        using var model = ModelLoader.Load(
            settings.Weights!,
            settings.Backend.Settle(_reporter).Make(settings.Threads)
        );
        DesignInputs.RequireHead(model);
        Candidates? candidates = null;
        _reporter.Follow(
            "candidates",
            "residues",
            sequences.Sum(sequence => (double)sequence.Length) + wildType.Length,
            progress =>
                candidates = CampaignFolder.candidates(
                    new RunOptions(
                        FSharpOption<IProgress<long>>.Some(progress),
                        interruption.Token
                    ),
                    settings.Pool,
                    model,
                    wildType,
                    sequences
                )
        );
        var options = settings.OptionsFor(
            new RunOptions(null, interruption.Token),
            model,
            wildType
        );
        var prepared = CampaignModule.prepare(options, candidates!);
        var replays = new List<Replay>();
        _reporter.Follow(
            "replays",
            "seeds",
            seeds,
            progress =>
            {
                for (var seed = 0; seed < seeds; seed++)
                {
                    interruption.Token.ThrowIfCancellationRequested();
                    replays.Add(
                        Replayed(options, (ulong)seed, rounds, batch, truth, candidates!, prepared)
                    );
                    progress.Report(seed + 1);
                }
            }
        );
        Show(options, replays, truth);
        return ExitCode.Done;
    }

    private static Replay Replayed(
        CampaignOptions options,
        ulong seed,
        int rounds,
        int batch,
        double[] truth,
        Candidates candidates,
        Candidates prepared
    )
    {
        return Fitted(
            Simulation.replayPrepared(
                new CampaignOptions(
                    options.First,
                    options.Strategy,
                    options.TopModel,
                    options.Components,
                    options.NormalScores,
                    options.WarmStart,
                    options.Seed + seed
                ),
                rounds,
                batch,
                truth,
                candidates,
                prepared
            )
        );
    }

    private static T Fitted<T>(FSharpResult<T, TopModelError> result) =>
        result.IsOk
            ? result.ResultValue
            : throw new CommandFailedException(
                ExitCode.BadInput,
                $"the top model cannot be fitted: {result.ErrorValue.Message}"
            );

    /// <summary>Reads the variants that have a value.</summary>
    private (Sequence[] Sequences, double[] Truth) Measured(
        string file,
        Sequence wildType,
        string target
    )
    {
        const string Columns = "--target or --sequence-column";
        var table = settings.Candidates(file, wildType, Columns);
        var values = ScoringFailure.Valid(SequenceTableModule.numbers(target, table), Columns);
        var rows = table
            .Records.Zip(values, (record, value) => (record.Sequence, Value: value?.Value))
            .Where(row => row.Value is not null)
            .ToArray();
        return ([.. rows.Select(row => row.Sequence)], [.. rows.Select(row => row.Value!.Value)]);
    }

    private void Show(CampaignOptions options, List<Replay> replays, double[] truth)
    {
        var shares = replays.Select(replay => replay.TopShare).ToArray();
        var mean = shares.Average();
        var deviation = Math.Sqrt(shares.Average(share => (share - mean) * (share - mean)));
        if (settings.Json)
        {
            System.Console.Out.WriteLine(
                JsonText.Of(
                    new
                    {
                        candidates = truth.Length,
                        warmStart = options.WarmStart,
                        seeds = replays.Count,
                        topShare = mean,
                        topShareDeviation = deviation,
                        topShares = shares,
                        best = replays.Select(replay => replay.Best).Average(),
                        bestOfAll = truth.Max(),
                    }
                )
            );
            return;
        }

        System.Console.Out.WriteLine($"warm start: {(options.WarmStart ? "yes" : "no")}");
        System.Console.Out.WriteLine(
            $"share of the true best tenth among the picks: {Reporter.Number(mean, "F3")} "
                + $"(standard deviation {Reporter.Number(deviation, "F3")} over {Reporter.Counted(replays.Count, "seed")}; by chance 0.100)"
        );
        System.Console.Out.WriteLine(
            $"best value found: {Reporter.Number(replays.Average(replay => replay.Best), "G4")} on average; best of all: {Reporter.Number(truth.Max(), "G4")}"
        );
    }
}
