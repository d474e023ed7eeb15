using System.Globalization;
using Spectre.Console;

namespace UniRep.Cli.Console;

/// <summary>What the user sees while a command runs: on standard error, and only if there is a terminal to see it on.</summary>
internal sealed class Reporter(bool quiet)
{
    private readonly IAnsiConsole _console = AnsiConsole.Create(
        new AnsiConsoleSettings { Out = new AnsiConsoleOutput(System.Console.Error) }
    );

    private bool IsLive => !quiet && !System.Console.IsErrorRedirected;

    /// <summary>Writes numbers as people read them.</summary>
    public static string Number(double value, string format = "N0") =>
        value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>Says something, unless asked to be quiet.</summary>
    public void Say(string message)
    {
        if (!quiet)
        {
            System.Console.Error.WriteLine(message);
        }
    }

    /// <summary>Shows a line on a terminal in place of the one shown before.</summary>
    public void ShowLine(string line)
    {
        if (IsLive)
        {
            System.Console.Error.Write($"\r{line}\e[K");
        }
    }

    /// <summary>Says something that must not be missed.</summary>
    public static void Warn(string message) =>
        System.Console.Error.WriteLine($"warning: {message}");

    /// <summary>Runs work with a live display of how far it is; the total is null where it is not known.</summary>
    public void Follow(string title, string unit, double? total, Action<IProgress<long>> work)
    {
        if (!IsLive)
        {
            work(new Silent());
            return;
        }

        _console
            .Progress()
            .HideCompleted(true)
            .Columns(
                new TaskDescriptionColumn(),
                new ProgressBarColumn(),
                new PercentageColumn(),
                new RemainingTimeColumn()
            )
            .Start(context =>
            {
                var task = context.AddTask(Markup.Escape(title), maxValue: total ?? 1);
                task.IsIndeterminate = total is null;
                work(new Live(task, title, unit));
            });
    }

    private sealed class Silent : IProgress<long>
    {
        public void Report(long value) { }
    }

    private sealed class Live(ProgressTask task, string title, string unit) : IProgress<long>
    {
        public void Report(long value)
        {
            task.Value = value;
            var seconds = task.ElapsedTime?.TotalSeconds ?? 0;
            var rate = seconds > 0 ? $", {Number(value / seconds)} {unit}/s" : "";
            task.Description = Markup.Escape($"{title}: {Number(value)} {unit}{rate}");
        }
    }
}
