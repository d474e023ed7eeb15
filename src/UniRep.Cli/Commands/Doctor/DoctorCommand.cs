using System.CommandLine;
using UniRep.Cli.Console;
using UniRep.Cli.Help;

namespace UniRep.Cli.Commands.Doctor;

/// <summary>`unirep doctor`: what this machine has, and what of it the program can use.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var json = SharedOptions.Json("what was found");
        var command = new Command(
            "doctor",
            "Show what this machine has: processor, memory, models, NVIDIA GPUs, libtorch."
        )
        {
            json,
        };
        command.SetAction(parsed =>
        {
            var report = DoctorReport.Make();
            System.Console.Out.WriteLine(
                parsed.GetValue(json) ? JsonText.Of(report) : DoctorText.Of(report)
            );
        });
        new CommandHelp
        {
            Examples =
            [
                new("unirep doctor", "why does --device cuda not work here?"),
                new("unirep doctor --json", "the same for a report of a fault"),
            ],
            Notes = ["It changes nothing, and ends with 0 whatever is missing."],
        }.Describe(command);
        return command;
    }
}
