using UniRep.Cli.Console;

namespace UniRep.Cli.Commands.Embed;

/// <summary>Reports which columns of a table were read.</summary>
internal static class ColumnReport
{
    public static void Write(RecordSource? source, Reporter reporter)
    {
        if (source?.SequenceColumn?.Value is not { } sequences)
        {
            return;
        }

        if (source.IdColumn?.Value is { } ids)
        {
            var named = string.IsNullOrWhiteSpace(ids) ? "without a name" : $"'{ids}'";
            reporter.Say($"sequences are from column '{sequences}', ids from column {named}");
        }
        else if (source.ColumnCount > 1)
        {
            Reporter.Warn(
                $"sequences are from column '{sequences}'; no column has a usual name for ids, so the rows are numbered from 1: name one with --id-column"
            );
        }
    }
}
