using System.CommandLine;
using Microsoft.FSharp.Core;
using UniRep.Cli.Console;
using UniRep.Cli.Help;

namespace UniRep.Cli.Commands.WeightFiles;

/// <summary>`unirep weights convert`: a model in another layout.</summary>
internal static class WeightsConvertCommand
{
    private static readonly char[] Separators =
    [
        Path.DirectorySeparatorChar,
        Path.AltDirectorySeparatorChar,
    ];

    /// <summary>What is written.</summary>
    private enum Layout
    {
        Safetensors,
        Npz,
        NpyFolder,
    }

    public static Command Create()
    {
        var model = WeightsCommand.NameOrPath();
        var target = new Argument<string>("OUT")
        {
            Description =
                "what to write: OUT.safetensors, OUT.npz (for jax-unirep 3.0), or OUT/ (a folder of .npy files, as the authors of UniRep publish it)",
        };
        var name = new Option<string?>("--name")
        {
            Description = "the model's name in a .safetensors file",
            HelpName = "NAME",
        };
        var overwrite = new Option<bool>("--overwrite")
        {
            Description = "replace an existing file; a folder must be new or empty",
        };
        var noColon = new Option<bool>("--no-colon")
        {
            Description =
                "name the files of a folder NAME_0.npy, as Windows needs (there it is the default), not NAME:0.npy",
        };
        var command = new Command(
            "convert",
            "Write a model in another format, its head as published (class = token - 1)."
        )
        {
            model,
            target,
            name,
            overwrite,
            noColon,
        };
        new CommandHelp
        {
            Examples =
            [
                new(
                    "unirep weights convert tuned/iter_20 tuned.safetensors --name tuned",
                    "a model of jax-unirep as one file that holds its name and licence too"
                ),
                new(
                    "unirep weights convert tuned model_weights.npz",
                    "a tuned model for jax-unirep 3.0"
                ),
                new(
                    "unirep weights convert tuned tuned_weights/",
                    "a tuned model for the authors' UniRep"
                ),
            ],
        }.Describe(command);
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(target)!;
            var layout = LayoutOf(path);
            Check(path, layout, parsed.GetValue(overwrite));
            if (layout != Layout.Safetensors && parsed.GetValue(name) is not null)
            {
                throw Wrong("--name: only a .safetensors file holds the model's name");
            }

            if (layout != Layout.NpyFolder && parsed.GetValue(noColon))
            {
                throw Wrong("--no-colon: only the files of a folder have names with a colon");
            }

            var loaded = WeightsCommand.Load(parsed.GetValue(model)!);
            foreach (var warning in loaded.Warnings)
            {
                Reporter.Warn(warning);
            }

            var card = loaded.Weights.Card;
            var named = WeightsModule.withCard(
                new WeightCard(
                    parsed.GetValue(name) ?? card.Name,
                    card.Version,
                    card.License,
                    card.Provenance
                ),
                loaded.Weights
            );
            Write(layout, path, named, !parsed.GetValue(noColon) && !OperatingSystem.IsWindows());
            if (layout != Layout.Safetensors)
            {
                Reporter.Warn(
                    $"{path}: this format holds no name or licence; pass them on with it: {card.Name}, {card.License}"
                );
            }

            System.Console.Error.WriteLine($"{named.Card.Name} -> {path}");
        });
        return command;
    }

    private static CommandFailedException Wrong(string message) => new(ExitCode.Usage, message);

    private static Layout LayoutOf(string path)
    {
        bool HasExtension(string extension) =>
            path.EndsWith(extension, StringComparison.OrdinalIgnoreCase);

        return path.Length > 0 && Separators.Contains(path[^1]) ? Layout.NpyFolder
            : HasExtension(".safetensors") ? Layout.Safetensors
            : HasExtension(".npz") ? Layout.Npz
            : Directory.Exists(path) ? Layout.NpyFolder
            : throw Wrong(
                $"{path}: the name must end in .safetensors, in .npz, or in / for a folder of .npy files"
            );
    }

    /// <summary>Refuses before anything is loaded what cannot be written.</summary>
    private static void Check(string path, Layout layout, bool overwrite)
    {
        if (layout == Layout.NpyFolder)
        {
            if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
            {
                throw Wrong(WeightFileError.NewFolderNotEmpty(path).Message);
            }
        }
        else if (Directory.Exists(path))
        {
            throw Wrong($"{path}: is a folder; give the name of a file");
        }
        else if (File.Exists(path) && !overwrite)
        {
            throw Wrong(
                $"{OutputError.NewAlreadyExists(path).Message}: give --overwrite, or another name"
            );
        }
    }

    private static void Write(Layout layout, string path, Weights weights, bool withColon)
    {
        FSharpResult<Unit, WeightFileError> saved = layout switch
        {
            Layout.Npz => WeightFile.saveNpz(path, weights),
            Layout.NpyFolder => WeightFile.saveNpyFolder(withColon, path, weights),
            _ => WeightFile.save(path, weights),
        };
        if (saved.IsError)
        {
            throw new CommandFailedException(
                saved.ErrorValue.IsHeadNeeded ? ExitCode.Weights
                    : saved.ErrorValue.IsFolderNotEmpty ? ExitCode.Usage
                    : ExitCode.Environment,
                saved.ErrorValue.Message
            );
        }
    }
}
