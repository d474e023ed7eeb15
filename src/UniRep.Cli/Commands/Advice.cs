using UniRep.Design;

namespace UniRep.Cli.Commands;

/// <summary>
/// Describes errors of the library as the commands do: what is wrong in the library's words, then which option or command
/// helps.
/// </summary>
internal static class Advice
{
    /// <summary>The options that name a column, for <see cref="InputError.NoColumn"/>.</summary>
    private const string EmbedColumns = "--sequence-column, --id-column or --keep";

    private const string TrainingColumns = "--sequence-column";

    public const string ScoringColumns = "--variant-column or --sequence-column";

    public static string Tell(InputError error) => error.Message + Of(error, EmbedColumns);

    public static string Tell(OutputError error) => error.Message + Of(error);

    public static string Tell(EmbeddingError error) =>
        error switch
        {
            EmbeddingError.BadInput { errors: var errors, count: var count } => string.Join(
                '\n',
                errors
                    .Select(Tell)
                    .Concat(
                        count > errors.Length
                            ? [$"{count - errors.Length} more records are wrong"]
                            : []
                    )
            ),
            EmbeddingError.BadOutput { Item: var output } => Tell(output),
            _ => error.Message,
        };

    /// <param name="error">The error.</param>
    /// <param name="columns">The options that name a column of the table.</param>
    public static string Tell(ScoringError error, string columns) =>
        error switch
        {
            ScoringError.Input { Item: var file } => Tell(file, columns),
            ScoringError.Alignment { Item: var alignment } => alignment.Message
                + (alignment.IsOtherFocus || alignment.IsNoColumn ? " (--focus)" : ""),
            ScoringError.Output { Item: var output } => Tell(output),
            ScoringError.BadRegion => error.Message + " (--region, --offset)",
            _ => error.Message,
        };

    /// <param name="error">What is wrong with a table.</param>
    /// <param name="columns">The options that name a column of it.</param>
    public static string Tell(FileError error, string columns) =>
        error is FileError.Input input
            ? string.Join(
                '\n',
                input
                    .errors.Select(item => item.Message + OfTable(item, columns))
                    .Concat(
                        input.count > input.errors.Length
                            ? [$"{input.count - input.errors.Length} more rows are wrong"]
                            : []
                    )
            )
            : error.Message;

    public static string Tell(ModelError error) =>
        error switch
        {
            ModelError.Weights { Item: var weights } => Tell(weights),
            ModelError.Backend { Item: BackendError.Unavailable { backend: "cuda" } } =>
                error.Message + " (`unirep doctor` shows what was found)",
            ModelError.PrecisionTooLow => error.Message + " (--precision int16)",
            _ => error.Message,
        };

    public static string Tell(WeightStoreError error) => error.Message + Of(error);

    public static string Tell(DownloadError error) =>
        error.Message + (error.IsLicenseNotAccepted ? " with --accept-license" : "");

    public static string Tell(TrainingError error) =>
        error switch
        {
            TrainingError.InvalidSequences { Item: var errors } => string.Join(
                '\n',
                errors.Select(item => item.Message + Of(item, TrainingColumns))
            ),
            TrainingError.StartModel { Item: var start } => error.Message + Of(start),
            _ => error.Message + Of(error),
        };

    /// <summary>Advice where --upper-case, --trim-stop and --on-invalid do not exist.</summary>
    private static string OfTable(InputError error, string columns) =>
        error switch
        {
            InputError.BadResidue { symbol: var symbol }
                when SymbolKindModule.ofRune(symbol) is { IsGap: false, IsComma: false } => "",
            InputError.Heading => ", or give --input-format csv or tsv if this is a table",
            InputError.MissingSequence => "",
            _ => Of(error, columns),
        };

    private static string Of(InputError error, string columns) =>
        error switch
        {
            InputError.UnknownFormat => ", or give --input-format to name the format",
            InputError.NoHeader or InputError.NoStockholmHeader => " Otherwise give --input-format",
            InputError.Misnamed { format: var format } => $" (--input-format {format.Name})",
            InputError.BadResidue { symbol: var symbol } => Of(SymbolKindModule.ofRune(symbol)),
            InputError.HeaderInList => " (--input-format fasta)",
            InputError.Heading => ", or give --on-invalid skip",
            InputError.SeveralWords => " (--input-format csv or tsv)",
            InputError.NoColumn => $". Name one with {columns}",
            InputError.DoubtfulColumn => ". Name one with --sequence-column",
            InputError.OtherSeparator { found: ',' } => " (--input-format csv)",
            InputError.OtherSeparator => " (--input-format tsv)",
            InputError.MissingSequence => "; --on-invalid skip leaves such rows out",
            InputError.TooManyStates => " (--on-invalid skip does), or do without --per-residue",
            _ => "",
        };

    private static string Of(SymbolKind kind) =>
        kind switch
        {
            { IsStop: true } => ", or give --trim-stop to drop one at the end",
            { IsGap: true } => " (--input-format a2m)",
            { IsComma: true } => " Then give --input-format csv",
            { IsLowerCase: true } => ", or give --upper-case to read lower-case letters",
            { IsUnknown: true } =>
                ", or give --on-invalid x to read it as X, or --on-invalid skip to leave the record out",
            { IsForeign: true } or { IsOther: true } =>
                ", or give --on-invalid skip to leave the record out",
            _ => "",
        };

    private static string Of(OutputError error) =>
        error switch
        {
            OutputError.UnknownOutputFormat => ": give --format",
            OutputError.SeveralPools => " with --pool",
            OutputError.AlreadyExists => ": give --overwrite, or another name with -o",
            OutputError.Busy => " with -o",
            _ => "",
        };

    private static string Of(WeightStoreError error) =>
        error switch
        {
            WeightStoreError.NotFetched { name: var name } => $" (run `unirep weights get {name}`)",
            WeightStoreError.NotBeside => ". The command brings this file: install it again",
            WeightStoreError.DamagedCopy { name: var name }
                when WeightCatalog.tryFind(name) is not null =>
                $": run `unirep weights get {name}`, which fetches only what is wrong",
            _ => "",
        };

    private static string Of(TrainingError error) =>
        error switch
        {
            { IsNoValidationSet: true } =>
                " (--validation-file names a validation set, --search a search)",
            TrainingError.TooManyFolds => ": give fewer --folds",
            TrainingError.AlreadyTraining => " (--resume resumes it, -o names a folder)",
            TrainingError.WouldOverwrite => " with -o",
            TrainingError.UnusableCheckpoint { previous: not null } => " with --resume --previous",
            TrainingError.NotWritable => " with --resume",
            TrainingError.SearchDiverged => Rates,
            TrainingError.Diverged { kept.StopReason: StopReason.Diverged { epoch: > 0 } } => Rates,
            _ => "",
        };

    private const string Rates = ". The options are --learning-rate and --max-norm";
}
