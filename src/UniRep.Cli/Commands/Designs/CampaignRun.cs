using Microsoft.FSharp.Core;
using UniRep.Cli.Commands.Scoring;
using UniRep.Cli.Console;
using UniRep.Design;

namespace UniRep.Cli.Commands.Designs;

/// <summary>One run of `unirep campaign init` or `next`.</summary>
internal sealed class CampaignRun(CampaignSettings settings, Interruption interruption)
{
    private readonly Reporter _reporter = new(settings.Quiet);

    public int Init(string wildTypeFile, string? libraryFile, string folder)
    {
        var wildType = WildTypeFile.Read(wildTypeFile);
        var library = libraryFile is null
            ? null
            : settings.Candidates(libraryFile, wildType, "--sequence-column");
        using var model = Load(settings.Weights!);
        var count = 0;
        var options = settings.OptionsFor(
            new RunOptions(null, interruption.Token),
            model,
            wildType
        );
        _reporter.Follow(
            "candidates",
            "residues",
            null,
            progress =>
                count = Valid(
                    CampaignFolder.init(
                        Options(progress),
                        model,
                        new CampaignStart(
                            wildType,
                            settings.Offset + 1,
                            library is null ? null : FSharpOption<SequenceTable>.Some(library),
                            settings.Pool,
                            options,
                            folder
                        )
                    )
                )
        );
        if (settings.Json)
        {
            System.Console.Out.WriteLine(
                JsonText.Of(
                    new
                    {
                        campaign = folder,
                        candidates = count,
                        warmStart = options.WarmStart,
                        model = model.Card.Name,
                        fingerprint = model.Fingerprint,
                    }
                )
            );
        }

        _reporter.Say(
            $"{Reporter.Counted(count, "candidate")} -> {folder}; warm start: {(options.WarmStart ? "yes" : "no")}; continue with: unirep campaign next {folder}"
        );
        return ExitCode.Done;
    }

    public int Next(string folder, Strategy? strategy, int batch)
    {
        using var model = Load(settings.Weights ?? Valid(CampaignFolder.modelOf(folder)));
        CampaignRound? round = null;
        _reporter.Follow(
            "candidates",
            "residues",
            null,
            progress =>
                round = Valid(
                    CampaignFolder.next(
                        Options(progress),
                        model,
                        strategy is null ? null : FSharpOption<Strategy>.Some(strategy),
                        batch,
                        folder
                    )
                )
        );
        if (settings.Json)
        {
            System.Console.Out.WriteLine(
                JsonText.Of(
                    new
                    {
                        round = round!.Number,
                        file = round.File,
                        measurements = round.Measurements,
                        mutants = round.Mutants,
                    }
                )
            );
        }

        var by =
            round!.Measurements == 0
                ? ""
                : $" by {Reporter.Counted(round.Measurements, "measurement")}";
        _reporter.Say(
            $"round {round.Number}: {Reporter.Counted(round.Mutants.Length, "candidate")} chosen{by} -> {round.File}; fill its column measured"
        );
        return ExitCode.Done;
    }

    private static T Valid<T>(FSharpResult<T, CampaignError> result) =>
        result.IsOk ? result.ResultValue : throw Failed(result.ErrorValue);

    private static CommandFailedException Failed(CampaignError error) =>
        new(
            error switch
            {
                { IsNoAccess: true } or { IsInUse: true } => ExitCode.Environment,
                CampaignError.Table
                {
                    Item: FileError.Input { errors: [InputError.CannotRead, ..] }
                } => ExitCode.Environment,
                { IsAlreadyBegun: true }
                or { IsNoCampaign: true }
                or { IsTooFew: true }
                or { IsInTheWay: true } => ExitCode.Usage,
                { IsOtherModel: true } => ExitCode.Weights,
                _ => ExitCode.BadInput,
            },
            error.Message.ReplaceLineEndings("\nunirep: ")
                + (error.IsOtherModel ? ". --weights names the model" : "")
        );

    private Model Load(string weights)
    {
        var model = ModelLoader.Load(
            weights,
            settings.Backend.Settle(_reporter).Make(settings.Threads)
        );
        DesignInputs.RequireHead(model);
        return model;
    }

    private RunOptions Options(IProgress<long> progress) =>
        new(FSharpOption<IProgress<long>>.Some(progress), interruption.Token);
}
