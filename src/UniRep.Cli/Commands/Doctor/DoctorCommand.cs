using System.CommandLine;
using UniRep.Cli.Console;
using UniRep.Cli.Help;

namespace UniRep.Cli.Commands.Doctor;

/// <summary>`unirep doctor`: what this machine has, what of it the program can use, and whether its GPUs compute right.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var check = new Option<bool>("--check")
        {
            Description =
                "compute a dozen sequences on each GPU that can be used, in bfloat16 and exact, and compare with the CPU",
        };
        var weights = new Option<string?>("--weights")
        {
            Description =
                $"with --check, a model's name or the path of its files; default: {string.Join(" and ", GpuCheck.Models)}",
            HelpName = "NAME|PATH",
        };
        var json = SharedOptions.Json("what was found");
        var command = new Command(
            "doctor",
            "Show what this machine has: processor, memory, models, NVIDIA GPUs, libtorch; check its GPUs."
        )
        {
            check,
            weights,
            json,
        };
        command.SetAction(parsed =>
        {
            var isCheck = parsed.GetValue(check);
            var model = parsed.GetValue(weights);
            if (!isCheck && model is not null)
            {
                throw new CommandFailedException(
                    ExitCode.Usage,
                    "--weights is the model that GPUs are checked with: add --check"
                );
            }

            var report = DoctorReport.Make();
            if (isCheck)
            {
                report = report with { Check = Check(report.Cuda, model) };
            }

            System.Console.Out.WriteLine(
                parsed.GetValue(json) ? JsonText.Of(report) : DoctorText.Of(report)
            );
            return report.Check switch
            {
                { Results.Count: 0 } => throw new CommandFailedException(
                    ExitCode.Environment,
                    "--check: there is no NVIDIA GPU that can be used, so nothing was checked"
                ),
                { IsRight: false } => ExitCode.BadInput,
                _ => ExitCode.Done,
            };
        });
        new CommandHelp
        {
            Examples =
            [
                new("unirep doctor", "why does --device cuda not work here?"),
                new("unirep doctor --json", "the same for a report of a fault"),
                new("unirep doctor --check", "does this GPU compute what the CPU computes?"),
                new("unirep doctor --check --weights open-1920", "with a wide model"),
            ],
            Notes =
            [
                "It changes nothing. Without --check it ends with 0 whatever is missing.",
                "--check prints a line for each model, GPU and precision: ok, or wrong if a vector is further from the CPU's than it may be or "
                    + "two runs differ in their bits, or failed and why. It ends with 0 if all are ok, with 1 if one is not, and "
                    + "with 4 if there is no GPU that can be used.",
            ],
        }.Describe(command);
        return command;
    }

    private static GpuCheckReport Check(DoctorCuda found, string? weights) =>
        GpuCheck.Run(
            [.. found.Devices.Where(gpu => gpu.Unusable is null).Select(gpu => gpu.Name)],
            weights is null ? GpuCheck.Models : [weights],
            GpuCheckSequences.All
        );
}
