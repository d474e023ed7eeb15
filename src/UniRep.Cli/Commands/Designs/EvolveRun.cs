using System.Diagnostics;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using UniRep.Charts;
using UniRep.Cli.Commands.Scoring;
using UniRep.Cli.Console;
using UniRep.Design;
using static UniRep.Cli.Commands.Designs.EvolveFailure;

namespace UniRep.Cli.Commands.Designs;

/// <summary>One run of `unirep evolve`: its options as a request, and what the user sees.</summary>
internal sealed class EvolveRun(EvolveOptions options, Interruption interruption)
{
    private const double SaveEverySeconds = 60;
    private const int MutantsForTemperature = 200;

    /// <summary>The best states that designs are picked from.</summary>
    private const int Candidates = 2000;

    /// <summary>Memory for saved states of the model.</summary>
    private const long CacheBytes = 512L << 20;

    private static readonly TimeSpan TimeToSave = TimeSpan.FromSeconds(60);

    private readonly Reporter _reporter = new(options.Quiet);

    private string Folder => options.Output + ".run";

    public int Run()
    {
        var watch = Stopwatch.StartNew();
        RequireConsistentOptions();
        var wildType = WildTypeFile.Read(options.WildType);
        var top = options.TopModel is { } file ? Valid(TopModelModule.load(file)) : null;
        var measuring = Plan(wildType, Temperature.NewConstant(1));
        RefuseBefore();
        var backend = options.Backend.Settle(_reporter);
        backend.WarnOfSteps("evolve", "step");
        using var model = ModelLoader.Load(options.Weights, backend.Make(options.Threads));
        RequireFit(top, model, wildType);
        var cache = PrefixCacheModule.make(CacheBytes, options.Chains, wildType.Length, model);
        var scorer = top is null
            ? PrefixCacheModule.languageModel(cache)
            : Valid(TopModelScorer.make(top, model, cache));
        var plan = Plan(wildType, Schedule(scorer, measuring));
        var population = Evolve(model, scorer, plan);
        var designs = Pick(plan);
        Require(
            DesignFile.save(
                options.Output,
                options.Overwrite,
                scorer.Score.Invoke(RunOptionsModule.none).Invoke([wildType])[0],
                designs
            ),
            error => error.IsNotWritable || error.IsBusy ? ExitCode.Environment : ExitCode.Usage,
            Advice.Tell
        );
        if (options.Picture is { } picture)
        {
            ChartModule.save(picture, Valid(EvolutionRun.picture(plan, Folder)));
        }

        Summarize(model, backend, population, designs, watch.Elapsed.TotalSeconds);
        return ExitCode.Done;
    }

    /// <summary>Refuses an objective that cannot score the wild type.</summary>
    private void RequireFit(TopModel? top, Model model, Sequence wildType)
    {
        if (top is null || top.Source.Density is not null)
        {
            DesignInputs.RequireHead(model);
        }

        if (top is { Source.Kind.IsOneHot: true } && wildType.Length > top.Source.Width / 20)
        {
            throw new CommandFailedException(
                ExitCode.BadInput,
                $"{options.TopModel}: was fitted to {top.Source.Width / 20} positions, and the wild type has {wildType.Length}"
            );
        }
    }

    /// <summary>Refuses what would only fail after the work is done, and removes an earlier run if asked to.</summary>
    private void RefuseBefore()
    {
        if (!options.Overwrite && File.Exists(options.Output))
        {
            throw new CommandFailedException(
                ExitCode.Usage,
                Advice.Tell(OutputError.NewAlreadyExists(options.Output))
            );
        }

        if (OutputPath.isSame(options.Output, options.WildType))
        {
            throw new CommandFailedException(
                ExitCode.Usage,
                $"{options.Output}: the output would replace what this run reads: give another name with -o"
            );
        }

        if (options.Overwrite && !options.Resume)
        {
            Require(EvolutionRun.remove(Folder), CodeOf, error => error.Message);
        }
        else if (!options.Resume && EvolutionRun.isBegun(Folder))
        {
            throw Failed(EvolutionRunError.NewAlreadyBegun(Folder));
        }
    }

    private EvolutionPlan Plan(Sequence wildType, Temperature temperature)
    {
        var letters =
            options.Letters is { } file ? Valid(LetterMatrixModule.load(file))
            : options.ExcludedLetters.Length > 0
                ? LetterMatrixModule.without(options.ExcludedLetters, wildType)
            : null;
        var made = EvolutionPlanModule.make(
            new Design.EvolutionOptions(
                options.Chains,
                options.Steps,
                options.Seed,
                options.Edits,
                options.Positions is null
                    ? null
                    : FSharpOption<FSharpList<int>>.Some(ListModule.OfSeq(options.Positions)),
                options.TrustRadius == 0 ? null : FSharpOption<int>.Some(options.TrustRadius),
                ListModule.OfSeq(options.Forbidden),
                letters is null ? null : FSharpOption<LetterMatrix>.Some(letters),
                temperature
            ),
            wildType
        );
        return made.IsOk
            ? made.ResultValue
            : throw Failed(EvolutionRunError.NewEvolution(made.ErrorValue));
    }

    private void RequireConsistentOptions()
    {
        if (options.TopModel is null == options.Scorer is null)
        {
            throw Wrong("give --model FILE or --scorer lm, one of them");
        }

        if (options is { Letters: not null, ExcludedLetters.Length: > 0 })
        {
            throw Wrong("--letters and --exclude exclude each other: give 0 in the table");
        }
    }

    private static CommandFailedException Wrong(string message) => new(ExitCode.Usage, message);

    private Temperature Schedule(Scorer scorer, EvolutionPlan plan)
    {
        var first =
            options.Temperature
            ?? Evolution.spread(
                RunOptionsModule.cancelledBy(interruption.Token),
                scorer,
                MutantsForTemperature,
                plan
            );
        if (first <= 0)
        {
            throw new CommandFailedException(
                ExitCode.BadInput,
                "all single mutants that were tried have one score, so that there is nothing to raise: give --temperature to try nevertheless"
            );
        }

        return options.Schedule switch
        {
            "constant" => Temperature.NewConstant(first),
            "adaptive" => Temperature.NewAdaptive(first, options.Cooling, options.Patience),
            _ => Temperature.NewDecay(first, options.LastTemperature ?? first / 100),
        };
    }

    private Population Evolve(Model model, Scorer scorer, EvolutionPlan plan)
    {
        interruption.WaitsFor(TimeToSave);
        FSharpResult<Population, EvolutionRunError> result = default;
        try
        {
            _reporter.Follow(
                "evolving",
                "steps",
                (double)options.Chains * options.Steps,
                progress =>
                    result = EvolutionRun.run(
                        new RunOptions(
                            FSharpOption<IProgress<long>>.Some(progress),
                            interruption.Token
                        ),
                        scorer,
                        new EvolutionRequest(
                            plan,
                            ListModule.OfSeq(Inputs(model)),
                            Folder,
                            options.Resume,
                            SaveEverySeconds
                        )
                    )
            );
        }
        catch (OperationCanceledException) when (EvolutionRun.isBegun(Folder))
        {
            _reporter.Say($"state saved in {Folder}; continue with the same command and --resume");
            throw;
        }

        return result.IsOk ? result.ResultValue : throw Failed(result.ErrorValue);
    }

    /// <summary>What else decides the bits.</summary>
    private IEnumerable<Tuple<string, string>> Inputs(Model model)
    {
        yield return Tuple.Create("model", model.Fingerprint);
        yield return Tuple.Create("precision", model.Precision);
        yield return Tuple.Create(
            "top model",
            options.TopModel is { } file ? DesignInputs.Digest(file) : "none"
        );
    }

    private Design.Design[] Pick(EvolutionPlan plan) =>
        DesignPick.diverse(
            options.Designs,
            options.Diversity,
            Valid(EvolutionRun.best(Math.Max(Candidates, options.Designs), plan, Folder))
        );

    private void Summarize(
        Model model,
        BackendChoice backend,
        Population population,
        Design.Design[] designs,
        double seconds
    )
    {
        var scored = population.Chains.Sum(chain => chain.Scored);
        var accepted = population.Chains.Sum(chain => chain.Accepted);
        if (options.Json)
        {
            System.Console.Out.WriteLine(
                JsonText.Joined(
                    new { output = options.Output, run = Folder },
                    ModelFields.Of(model, backend),
                    new
                    {
                        chains = options.Chains,
                        steps = options.Steps,
                        scored,
                        accepted,
                        designs = designs.Length,
                        best = designs[0].Score,
                        seconds = Math.Round(seconds, 3),
                    }
                )
            );
        }

        _reporter.Say(
            $"{Reporter.Number(scored)} proposals scored, {Reporter.Number(accepted)} accepted in "
                + $"{Reporter.Number(seconds, "F1")} s; best score {Reporter.Number(designs[0].Score, "G6")}; "
                + $"{Reporter.Counted(designs.Length, "design")} -> {options.Output}"
        );
    }
}
