using System.Diagnostics;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using UniRep.Cli.Console;
using UniRep.Compute;

namespace UniRep.Cli.Commands;

/// <summary>One run of `unirep embed`.</summary>
internal sealed class EmbedRun(EmbedOptions options, Interruption interruption)
{
    private readonly Reporter _reporter = new(options.Quiet);

    /// <summary>An input that can be read once only: standard input, a pipe, a device; else null.</summary>
    private Stream? _once;

    public int Run()
    {
        var watch = Stopwatch.StartNew();
        var output = OutputPath();
        var format = FormatOf(output);
        using var once =
            options.Input == "-"
                ? System.Console.OpenStandardInput()
                : SequenceFile.tryOpenOnce(options.Input)?.Value;
        _once = once;
        var validation = _once is null ? Task.Run(Validate) : null;
        using var model = ModelLoader.Load(options.Weights, options.Threads, options.Precision);
        var known = validation?.GetAwaiter().GetResult();
        Warn(known);
        using var writer = OpenWriter(model, output, format);
        interruption.Abandons(writer);
        using var records = Read().GetEnumerator();
        var flow = new RecordFlow(records, writer, options.OnInvalid == OnInvalid.Skip);
        try
        {
            _reporter.Follow(
                "embedding",
                "residues",
                known?.Residues,
                progress =>
                    model.Run(
                        flow,
                        flow,
                        options.PerResidue ? Outputs.HiddenStates : Outputs.Vectors,
                        FSharpOption<IProgress<long>>.Some(progress),
                        interruption.Token
                    )
            );
            if (flow.Summary.Records == 0)
            {
                throw new CommandFailedException(
                    ExitCode.BadInput,
                    $"{InputName}: no record is left to embed"
                );
            }

            interruption.Token.ThrowIfCancellationRequested();
            writer.Complete(Meta(model));
        }
        catch (IOException exception)
        {
            throw new CommandFailedException(
                ExitCode.Environment,
                $"{output}: cannot be written: {exception.Message.Split(" : '")[0]}"
            );
        }

        Summarize(flow.Summary, model, output, watch.Elapsed.TotalSeconds);
        return ExitCode.Done;
    }

    private string InputName => options.Input == "-" ? "standard input" : options.Input;

    private string OutputPath()
    {
        if (options.Output is { } given)
        {
            return given == "-" && options.Json
                ? throw new CommandFailedException(
                    ExitCode.Usage,
                    "-o - and --json both want standard output: write to a file, or leave --json out"
                )
                : given;
        }

        if (options.Input == "-" || SequenceFile.isDevice(options.Input))
        {
            throw new CommandFailedException(
                ExitCode.Usage,
                "say with -o where the representations are to go"
            );
        }

        var name = Path.GetFileName(options.Input);
        name = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
        return Path.GetFileNameWithoutExtension(name) + ".npz";
    }

    private OutputFormat FormatOf(string output) =>
        options.Format
        ?? (output == "-" ? OutputFormat.Npz : RepFile.formatOf(output)?.Value)
        ?? throw new CommandFailedException(
            ExitCode.Usage,
            RepFile.describe(OutputError.NewUnknownOutputFormat(output))
        );

    private InputOptions Reading =>
        new(
            options.InputFormat is null
                ? null
                : FSharpOption<InputFormat>.Some(options.InputFormat),
            options.SequenceColumn is null
                ? null
                : FSharpOption<string>.Some(options.SequenceColumn),
            options.IdColumn is null ? null : FSharpOption<string>.Some(options.IdColumn),
            options.UpperCase,
            options.TrimStop,
            options.OnInvalid == OnInvalid.X
        );

    private IEnumerable<FSharpResult<SequenceRecord, InputError>> Read() =>
        _once is null
            ? SequenceFile.read(Reading, options.Input)
            : SequenceFile.readStream(Reading, InputName, _once);

    /// <summary>A first pass, so that no bad record ends a run of hours.</summary>
    private InputSummary Validate()
    {
        var found = SequenceFile.summarize(Stoppable(Read()));
        if (found.IsError)
        {
            throw RecordFlow.Failed(found.ErrorValue);
        }

        var summary = found.ResultValue;
        if (summary.BadRecords > 0 && options.OnInvalid != OnInvalid.Skip)
        {
            var messages = summary.Errors.Select(InputErrorModule.describe).ToList();
            if (summary.BadRecords > messages.Count)
            {
                messages.Add($"{summary.BadRecords - messages.Count} more records are wrong");
            }

            throw new CommandFailedException(
                ExitCode.BadInput,
                string.Join("\nunirep: ", messages)
            );
        }

        return summary;
    }

    private static void Warn(InputSummary? summary)
    {
        foreach (var warning in summary?.Warnings ?? [])
        {
            Reporter.Warn(warning);
        }
    }

    private IEnumerable<T> Stoppable<T>(IEnumerable<T> items)
    {
        foreach (var item in items)
        {
            interruption.Token.ThrowIfCancellationRequested();
            yield return item;
        }
    }

    private RepWriter OpenWriter(Model model, string output, OutputFormat format)
    {
        var writer = RepFile.create(
            output == "-" ? null : FSharpOption<string>.Some(output),
            System.Console.OpenStandardOutput(),
            format,
            options.PerResidue
                ? OutputContent.PerResidue
                : OutputContent.NewPooled(ListModule.OfSeq(options.Pools)),
            model.Shape.Units,
            options.Overwrite
        );
        return writer.IsOk
            ? writer.ResultValue
            : throw new CommandFailedException(
                writer.ErrorValue.IsNotWritable ? ExitCode.Environment : ExitCode.Usage,
                RepFile.describe(writer.ErrorValue)
            );
    }

    /// <summary>What made the output; nothing that changes from run to run.</summary>
    private string Meta(Model model) =>
        JsonText.Of(
            new
            {
                model = model.Card.Name,
                modelVersion = model.Card.Version,
                fingerprint = model.Fingerprint,
                program = $"unirep {ProgramVersion.Text}",
                precision = model.Precision,
                instructionSet = model.InstructionSet,
                options = new
                {
                    content = options.PerResidue ? "per-residue" : "pooled",
                    pools = options.PerResidue
                        ? []
                        : options.Pools.Select(pool => pool.ToString().ToLowerInvariant()),
                    upperCase = options.UpperCase,
                    trimStop = options.TrimStop,
                    onInvalid = options.OnInvalid.ToString().ToLowerInvariant(),
                },
            }
        );

    private void Summarize(InputSummary done, Model model, string output, double seconds)
    {
        if (_once is not null)
        {
            Warn(done);
        }

        foreach (var error in done.Errors)
        {
            Reporter.Warn($"left out: {InputErrorModule.describe(error)}");
        }

        if (done.BadRecords > done.Errors.Length)
        {
            Reporter.Warn($"{done.BadRecords - done.Errors.Length} more records were left out");
        }

        var rate = done.Residues / seconds;
        if (options.Json)
        {
            System.Console.Out.WriteLine(
                JsonText.Of(
                    new
                    {
                        output,
                        model = model.Card.Name,
                        fingerprint = model.Fingerprint,
                        instructionSet = model.InstructionSet,
                        precision = model.Precision,
                        threads = model.Threads,
                        records = done.Records,
                        residues = done.Residues,
                        untrained = done.Untrained,
                        repeatedIds = done.RepeatedIds,
                        nucleotideRecords = done.NucleotideRecords,
                        looksLikeNucleotides = done.LooksLikeNucleotides,
                        latin1Headers = done.Latin1Headers,
                        skipped = done.BadRecords,
                        seconds = Math.Round(seconds, 3),
                        residuesPerSecond = Math.Round(rate, 1),
                    }
                )
            );
        }

        _reporter.Say(
            $"{Reporter.Number(done.Records)} records, {Reporter.Number(done.Residues)} residues in "
                + $"{Reporter.Number(seconds, "F1")} s ({Reporter.Number(rate)} residues/s; {model.Card.Name}, "
                + $"{model.InstructionSet}, {model.Threads} threads) -> {(output == "-" ? "standard output" : output)}"
        );
    }
}
